"""A learner's work on one exercise: what is known of it, and kept as it changes. Knows no widget.

Nothing here waits for the disk.
"""

from __future__ import annotations

import time

import msgspec

from lessons.format.exercises import Exercise
from lessons.learner import review
from lessons.store import Draft, ExerciseState, Store
from tui.state.saving import OPEN_EXERCISE, Saving

BEFORE = "#before"
"""Behind an exercise's name: the text as it was before the learner began anew."""

LONGEST_SECONDS = 300.0
"""More of a review's time than this was spent elsewhere."""


class Desk:
    """An exercise with its draft and its state."""

    def __init__(self, saving: Saving, exercise: Exercise) -> None:
        self.exercise = exercise
        self.state = ExerciseState(name=exercise.name)
        self.before = ""
        """The text from before the learner began anew, if that was ever done."""
        self.draft_at = 0.0
        """When the draft was written, in seconds since 1970; 0 without one."""
        self._saving = saving
        self._asked_for_solution = 0
        self._opened = time.monotonic()

    async def open(self) -> str:
        """The text to go on with: the newest draft, else the stub."""
        name = self.exercise.name
        found = await self._saving.read(lambda store: _known(store, name))
        self._remember(OPEN_EXERCISE, name)
        if found is None:
            return self.exercise.stub
        self.state, draft, before = found
        self.before = before.text if before else ""
        if draft is None:
            return self.exercise.stub
        self.draft_at = draft.at
        return draft.text

    def close(self) -> None:
        """The learner went elsewhere."""
        self._remember(OPEN_EXERCISE, "")

    def _remember(self, name: str, value: str) -> None:
        self._saving.write(lambda store: store.settings.set(name, value), name)

    def typed(self, text: str) -> None:
        """The text has changed; cheap enough for every key."""
        self.draft_at = time.time()
        self._saving.draft(self.exercise.name, text)

    def begin_anew(self, text: str) -> None:
        """The text that stood here is put aside; it can be had back."""
        self.before = text
        self._saving.draft(self.exercise.name + BEFORE, text)

    # What happens to it

    @property
    def is_passed(self) -> bool:
        """Whether it has ever been passed."""
        return self.state.passed is not None

    def judged(self, *, passed: bool) -> None:
        """A check came to its end."""
        name, seconds = self.exercise.name, time.monotonic() - self._opened
        when = time.time() if passed and not self.is_passed else self.state.passed
        self._change(attempts=self.state.attempts + 1, passed=when)
        self._saving.write(lambda store: _judge(store, name, passed, min(seconds, LONGEST_SECONDS)))

    def take_hint(self) -> bool:
        """One more hint is read; False when there is none left."""
        name = self.exercise.name
        if self.state.hints >= len(self.exercise.hints):
            return False
        self._change(hints=self.state.hints + 1)
        self._saving.write(lambda store: store.exercises.hint(name))
        return True

    @property
    def hints(self) -> list[str]:
        """The hints that were read, in Markdown."""
        return self.exercise.hints[: self.state.hints]

    def ask_for_solution(self) -> bool:
        """Whether it may be shown: after passing, or when asked for the second time."""
        self._asked_for_solution += 1
        is_due = self._asked_for_solution > 1 or self.state.solution_seen is not None
        if not (is_due or self.is_passed):
            return False
        name = self.exercise.name
        if not self.is_passed and self.state.solution_seen is None:
            self._change(solution_seen=time.time())
            self._saving.write(lambda store: store.exercises.show_solution(name))
        return True

    def _change(self, **fields: object) -> None:
        self.state = msgspec.structs.replace(self.state, **fields)


def _known(store: Store, name: str) -> tuple[ExerciseState, Draft | None, Draft | None]:
    drafts = store.drafts
    return store.exercises.of(name), drafts.latest(name), drafts.latest(name + BEFORE)


def _judge(store: Store, name: str, passed: bool, seconds: float) -> None:
    """Count the attempt; a passed one is an answer where the review waits for it."""
    store.exercises.attempt(name, passed=passed)
    if not passed:
        return
    question = f"{review.EXERCISE}:{name}"
    cards = {card.name: card for card in store.reviews.cards()}
    if question not in cards:
        review.enter(store, question, correct=True)
    elif review.is_due(cards[question], time.time()):
        review.record(store, question, correct=True, seconds=seconds)
