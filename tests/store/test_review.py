"""What comes back, when, and how much of it."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lessons.format import catalog, schema
from lessons.format.pages import Choice, ExerciseLink, Page, Predict, Preset, Run
from lessons.learner import review
from lessons.store import Store
from lessons.store.reviews import Card
from tui.state.exercise_work import ExerciseWork
from tui.state.saving import Saving

DAY = 86_400.0
NOON = 1_800_014_400.0
"""Noon of a day in UTC."""


def predict(title: str) -> Page:
    run = Run("drill.descend", [Preset("", {})])
    return Page(title, "", Predict("?", [Choice("a", "loss < 1"), Choice("b", "loss >= 1")], run))


def lesson(pages: list[Page]) -> schema.Lesson:
    """A lesson that exists nowhere on disk."""
    made = schema.Lesson(
        slug="drill",
        folder=Path("/nowhere"),
        order=1,
        minutes=1,
        prerequisites=[],
        concepts=[],
        title="Drill",
        summary="",
        recap=[],
        further=[],
    )
    made.__dict__["pages"] = pages
    return made


LESSONS = [
    lesson([*(predict(f"page {n}") for n in range(30)), Page("Write it", "", ExerciseLink("loop"))])
]


@pytest.fixture(autouse=True)
def _same_time_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def ask(store: Store) -> Callable[[float], list[str]]:
    """The names of what is due at a moment."""
    return lambda now: [one.name for one in review.due(store, LESSONS, now)]


def test_only_what_was_missed_comes_back(store: Store, ask: Callable[[float], list[str]]) -> None:
    review.enter(store, "prediction:drill/page 1", correct=True, now=NOON)
    review.enter(store, "prediction:drill/page 2", correct=False, now=NOON)
    assert ask(NOON + DAY) == ["prediction:drill/page 2"]


def test_an_exercise_comes_back_after_it_passed(
    store: Store, ask: Callable[[float], list[str]]
) -> None:
    review.enter(store, "exercise:drill/loop", correct=False, now=NOON)
    assert ask(NOON + 9 * DAY) == []
    review.enter(store, "exercise:drill/loop", correct=True, now=NOON)
    assert ask(NOON + DAY) == []
    assert ask(NOON + 9 * DAY) == ["exercise:drill/loop"]


def test_nothing_is_asked_twice_on_one_day(store: Store, ask: Callable[[float], list[str]]) -> None:
    name = "prediction:drill/page 1"
    review.enter(store, name, correct=False, now=NOON)
    assert ask(NOON) == []
    for correct in (False, True):
        now = NOON + DAY
        store.reviews.drop(name)
        review.enter(store, name, correct=False, now=NOON)
        assert ask(now) == [name]
        review.record(store, name, correct=correct, seconds=10, now=now)
        assert ask(now) == []


def test_the_distances_grow_while_the_answers_are_right(store: Store) -> None:
    name = "prediction:drill/page 1"
    review.enter(store, name, correct=False, now=NOON)
    now, distances = NOON, []
    for _ in range(5):
        (card,) = store.reviews.cards()
        distances.append(card.due - now)
        now = card.due
        review.record(store, name, correct=True, seconds=10, now=now)
    assert distances == sorted(distances)
    assert distances[0] == pytest.approx(DAY)
    assert distances[-1] > 5 * DAY
    review.record(store, name, correct=False, seconds=10, now=now + DAY)
    (card,) = store.reviews.cards()
    assert card.due - now - DAY < distances[-1]


def test_five_minutes_a_day_at_most(store: Store, ask: Callable[[float], list[str]]) -> None:
    for number in range(30):
        review.enter(store, f"prediction:drill/page {number}", correct=False, now=NOON + number)
    now, asked = NOON + 2 * DAY, 0
    while due := ask(now):
        review.record(store, due[0], correct=True, seconds=40, now=now)
        now += 40
        asked += 1
    assert asked * 40 <= review.SECONDS_A_DAY
    assert asked == 7
    assert len(ask(now + DAY)) == 10


def test_the_most_overdue_comes_first(store: Store, ask: Callable[[float], list[str]]) -> None:
    for number in (3, 1, 2):
        review.enter(
            store, f"prediction:drill/page {number}", correct=False, now=NOON + number * DAY
        )
    assert [name[-1] for name in ask(NOON + 9 * DAY)] == ["1", "2", "3"]


def test_a_question_whose_page_is_gone_is_not_asked(
    store: Store, ask: Callable[[float], list[str]]
) -> None:
    here = "prediction:drill/page 1"
    gone = ("prediction:drill/gone", "prediction:gone/page 1", "blind:drill/page 1", "x")
    for name in (*gone, here):
        review.answered(store, name, correct=False, now=NOON)
    assert ask(NOON + 9 * DAY) == [here]


def test_the_clock_goes_backwards(store: Store, ask: Callable[[float], list[str]]) -> None:
    name = "prediction:drill/page 1"
    review.enter(store, name, correct=False, now=NOON)
    review.record(store, name, correct=True, seconds=10, now=NOON - 400 * DAY)
    (card,) = store.reviews.cards()
    assert card.due > NOON


def test_what_is_forgotten_does_not_come_back(
    store: Store, ask: Callable[[float], list[str]]
) -> None:
    review.enter(store, "prediction:drill/page 1", correct=False, now=NOON)
    review.enter(store, "exercise:drill/loop", correct=True, now=NOON)
    store.forget("drill")
    assert ask(NOON + 30 * DAY) == []


async def test_an_exercise_that_is_due_is_answered_by_passing_it(folder: Path) -> None:
    exercise = catalog.exercises()[0]
    name, then = f"exercise:{exercise.name}", time.time() - 9 * DAY
    saving = Saving(folder)
    saving.start()

    async def card() -> Card:
        found = await saving.read(lambda store: store.reviews.cards())
        assert found is not None
        assert [one.name for one in found] == [name]
        return found[0]

    await saving.read(lambda store: review.enter(store, name, correct=True, now=then))
    work = ExerciseWork(saving, exercise)
    await work.open()
    before = await card()
    work.judged(passed=False)
    assert await card() == before
    work.judged(passed=True)
    assert (await card()).due > time.time() + DAY
    answered = await card()
    work.judged(passed=True)
    assert await card() == answered, "once a day is enough"
    await saving.close()
