"""Review: what was missed, and exercises, come back spaced, five minutes a day at most.

The spacing is FSRS's, in whole days. A prediction enters when it is missed, an exercise when it
first passes; each comes back at growing distances as long as the answers are right, and tomorrow
when one is wrong. Nothing is asked twice on one day.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from lessons.format.pages import Page, Predict, exercise_ids
from lessons.format.schema import Lesson
from lessons.store import Review, Store
from lessons.store.reviews import Card

if TYPE_CHECKING:
    from fsrs import Card as Memory
    from fsrs import Scheduler

SECONDS_A_DAY = 300.0
"""Reviews never ask for more."""

GUESSED_SECONDS = 30.0
"""What a question is thought to take before it is asked."""

GUESSED_EXERCISE_SECONDS = 150.0

PREDICTION, BLIND, EXERCISE = "prediction", "blind", "exercise"

DAY_BEGINS_HOUR = 4
"""Who learns past midnight is still in yesterday."""


class Question(msgspec.Struct, frozen=True):
    """Something that is due, and where it stands."""

    name: str
    kind: str
    lesson: Lesson
    index: int
    """The page, counted from 0."""

    @property
    def page(self) -> Page:
        """The page it stands on."""
        return self.lesson.pages[self.index]

    @property
    def seconds(self) -> float:
        """What it is thought to take."""
        return GUESSED_EXERCISE_SECONDS if self.kind == EXERCISE else GUESSED_SECONDS


def enter(store: Store, name: str, *, correct: bool, now: float | None = None) -> None:
    """An answer outside a review: what is worth another look begins to come back.

    Args:
        name: "prediction:autograd/A leaf", "blind:optimizers/race" or "exercise:training/loop".

    Raises:
        Fault: the store cannot be written.
    """
    enters = correct if name.startswith(f"{EXERCISE}:") else not correct
    if enters and name not in {card.name for card in store.reviews.cards()}:
        answered(store, name, correct=correct, now=now)


def answered(store: Store, name: str, *, correct: bool, now: float | None = None) -> None:
    """Schedule a question again after an answer.

    Raises:
        Fault: the store cannot be written.
    """
    from fsrs import Rating

    with store.change():
        old = {card.name: card.card for card in store.reviews.cards()}.get(name)
        memory = _memory(old)
        # A clock that went backwards must not make a review lie before the last one.
        when = datetime.fromtimestamp(time.time() if now is None else now, UTC)
        when = max(when, memory.last_review or when)
        rating = Rating.Good if correct else Rating.Again
        memory, _ = _scheduler().review_card(memory, rating, when)
        store.reviews.schedule(Card(name, memory.to_json(), memory.due.timestamp()))


def record(
    store: Store, name: str, *, correct: bool, seconds: float, now: float | None = None
) -> None:
    """An answer in a review: schedule it again, and count its time.

    Raises:
        Fault: the store cannot be written.
    """
    moment = time.time() if now is None else now
    with store.change():
        answered(store, name, correct=correct, now=now)
        store.reviews.add(Review(name=name, correct=correct, seconds=seconds, at=moment))


def due(store: Store, lessons: Sequence[Lesson], now: float | None = None) -> list[Question]:
    """What to ask today, the most overdue first, as much as fits into what is left of the day.

    Raises:
        Fault: the store cannot be read.
    """
    moment = time.time() if now is None else now
    left = SECONDS_A_DAY - store.reviews.seconds_since(_day_began(moment).timestamp())
    chosen: list[Question] = []
    for card in store.reviews.cards():
        question = find(card.name, lessons) if is_due(card, moment) else None
        if question is not None and question.seconds <= left:
            left -= question.seconds
            chosen.append(question)
    return chosen


def is_due(card: Card, now: float) -> bool:
    """Whether a question waits before the learner's day is over."""
    return card.due < (_day_began(now) + timedelta(days=1)).timestamp()


def find(name: str, lessons: Iterable[Lesson]) -> Question | None:
    """The question of a name; None when its lesson has changed and it stands nowhere now."""
    kind, _, rest = name.partition(":")
    slug, _, what = rest.partition("/")
    for lesson in lessons:
        if lesson.slug == slug:
            for index, page in enumerate(lesson.pages):
                if _asks(page, kind, what):
                    return Question(name, kind, lesson, index)
    return None


def _asks(page: Page, kind: str, what: str) -> bool:
    if kind == EXERCISE:
        return what in exercise_ids(page.activity)
    if not isinstance(page.activity, Predict) or page.title != what:
        return False
    return page.activity.blind == (kind == BLIND)


def _day_began(moment: float) -> datetime:
    """When the learner's day began, in local time."""
    shift = timedelta(hours=DAY_BEGINS_HOUR)
    here = datetime.fromtimestamp(moment) - shift
    return here.replace(hour=0, minute=0, second=0, microsecond=0) + shift


def _memory(text: str | None) -> Memory:
    """What FSRS remembers of a question."""
    from fsrs import Card as Memory

    return Memory(card_id=0) if text is None else Memory.from_json(text)


def _scheduler() -> Scheduler:
    """Steps of minutes are for vocabulary: here every distance is in days."""
    from fsrs import Scheduler

    return Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
