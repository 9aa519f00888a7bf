"""The state of one exercise: draft, attempts, hints, solution; saved as it changes. No widget.

Nothing here waits for the disk.
"""

from __future__ import annotations

import time

import msgspec

from lessons.format import catalog
from lessons.format.exercises import Exercise
from lessons.learner import review
from lessons.store import Draft, ExerciseState, Store
from tui.state.saving import OPEN_EXERCISE, Saving

BEFORE = "#before"
"""Behind an exercise's name: the text as it was before the learner began anew."""

LONGEST_SECONDS = 300.0
"""More of a review's time than this was spent elsewhere."""


class ExerciseWork:
    """An exercise with its draft, attempts and hints, as the store has them."""

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

    def question_before_anew(self, text: str) -> str:
        """What to ask before `begin_anew`; nothing where that would bring nothing else."""
        if text != self.exercise.stub:
            return "Start over with the code as it was in the beginning? Undo brings yours back."
        return "Bring back the code from before you started over?" if self.before else ""

    def begin_anew(self, text: str) -> str:
        """The stub, the text being put aside; of the stub, the text that was put aside."""
        if text == self.exercise.stub:
            return self.before
        self.before = text
        self._saving.draft(self.exercise.name + BEFORE, text)
        return self.exercise.stub

    @property
    def place(self) -> str:
        """Where in the course it is: "Tensors  2/5"."""
        lesson = catalog.lesson(self.exercise.lesson)
        number = [one.id for one in lesson.exercises].index(self.exercise.id) + 1
        return f"{lesson.title}  {number}/{len(lesson.exercises)}"

    def neighbour(self, by: int) -> Exercise | None:
        """The next exercise (1) or the one before (-1), of all lessons; None at either end."""
        names = [one.name for one in catalog.exercises()]
        index = names.index(self.exercise.name) + by
        return catalog.exercise(names[index]) if 0 <= index < len(names) else None

    # What happens to it

    @property
    def is_passed(self) -> bool:
        """Whether it has ever been passed."""
        return self.state.passed is not None

    @property
    def tries(self) -> str:
        """How often it was checked, in words; nothing for never."""
        count = self.state.attempts
        return f"{count} {'try' if count == 1 else 'tries'}  " if count else ""

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
