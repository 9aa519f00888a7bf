"""Progress: per lesson what is done, what was missed, what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from lessons.format.pages import ExerciseLink, ExerciseList, Page, run_of
from lessons.format.schema import Lesson
from lessons.store import Place, Prediction, Store

NEW, STARTED, DONE = "new", "started", "done"


class Missed(msgspec.Struct, frozen=True, kw_only=True):
    """A question whose latest answer was wrong."""

    lesson: str
    page: str
    kind: str
    chosen: str
    answer: str


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A page to open."""

    lesson: str
    page: str
    number: int
    """Counted from 1."""


class LessonProgress(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one lesson."""

    slug: str
    title: str
    state: str
    """"new", "started" or "done"."""
    pages: int
    pages_done: int
    right: int
    wrong: int
    """Questions whose latest answer was right, and wrong."""
    exercises: int
    passed: int
    missed: list[Missed]
    next: Step | None
    """The first page from where one is that is not done, else of all; None when there is none."""


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known, lesson by lesson in reading order."""

    lessons: list[LessonProgress]
    next: Step | None
    """What to do next: go on where one stopped, else the first lesson that is not done."""
    due: int = 0
    """Questions that want to be reviewed today."""

    @property
    def is_empty(self) -> bool:
        """Whether no lesson was ever opened."""
        return all(lesson.state == NEW for lesson in self.lessons)


def survey(lessons: Sequence[Lesson], store: Store, due: int = 0) -> Progress:
    """Bring what is kept and what there is to learn together.

    Raises:
        Fault: the store cannot be read.
    """
    seen = {(page.lesson, page.page): page.done is not None for page in store.pages.all()}
    passed = {name for name, state in store.exercises.all().items() if state.passed is not None}
    latest = {one.name: one for one in store.predictions.all()}
    found = [
        _lesson(lesson, seen, passed, latest.values(), store.places.of(lesson.slug))
        for lesson in lessons
    ]
    return Progress(lessons=found, next=next_step(found, store.places.last()), due=due)


def _lesson(
    lesson: Lesson,
    seen: dict[tuple[str, str], bool],
    passed: set[str],
    latest: Iterable[Prediction],
    place: Place | None,
) -> LessonProgress:
    slug = lesson.slug
    undone = [
        number
        for number, page in enumerate(lesson.pages, 1)
        if not _is_done(page, slug, seen, passed)
    ]
    answers = [one for one in latest if one.lesson == slug]
    wrong = [one for one in answers if not one.correct]
    exercises = {f"{slug}/{exercise.id}" for exercise in lesson.exercises}
    touched = answers or exercises & passed or any(key[0] == slug for key in seen)
    here = page_of(lesson, place) + 1 if place else 1
    ahead = [number for number in undone if number >= here]
    first = next(iter(ahead or undone), None)
    return LessonProgress(
        slug=slug,
        title=lesson.title,
        state=DONE if first is None else STARTED if touched else NEW,
        pages=len(lesson.pages),
        pages_done=len(lesson.pages) - len(undone),
        right=len(answers) - len(wrong),
        wrong=len(wrong),
        exercises=len(exercises),
        passed=len(exercises & passed),
        missed=list(_missed(wrong)),
        next=_step(lesson, first) if first else None,
    )


def _is_done(page: Page, slug: str, seen: dict[tuple[str, str], bool], passed: set[str]) -> bool:
    """A page on which nothing has to be done is done when it was read."""
    if isinstance(page.activity, ExerciseLink):
        return f"{slug}/{page.activity.id}" in passed
    done = seen.get((slug, page.title))
    is_free = page.activity is None or isinstance(page.activity, ExerciseList)
    return bool(done) or (done is not None and is_free)


def _missed(wrong: Iterable[Prediction]) -> Iterator[Missed]:
    for one in wrong:
        yield Missed(
            lesson=one.lesson, page=one.page, kind=one.kind, chosen=one.chosen, answer=one.answer
        )


def _step(lesson: Lesson, number: int) -> Step:
    return Step(lesson=lesson.slug, page=lesson.pages[number - 1].title, number=number)


def next_step(lessons: Sequence[LessonProgress], last: Place | None) -> Step | None:
    """The lesson one was in, else the first that is not done; None when all are."""
    order = sorted(lessons, key=lambda lesson: last is None or lesson.slug != last.lesson)
    return next((lesson.next for lesson in order if lesson.next is not None), None)


def page_running(lessons: Iterable[Lesson], experiment: str) -> tuple[Lesson, int] | None:
    """The first page that runs an experiment ("training.fit"), counted from 0."""
    for lesson in lessons:
        for index, page in enumerate(lesson.pages):
            run = run_of(page.activity)
            if run is not None and run.experiment == experiment:
                return lesson, index
    return None


def page_of(lesson: Lesson, place: Place) -> int:
    """The index of the page a place names, also when pages have moved since; counted from 0."""
    for index, page in enumerate(lesson.pages):
        if page.title == place.page:
            return index
    return min(max(place.number, 0), len(lesson.pages) - 1)
