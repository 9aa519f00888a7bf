"""The record of a lesson: bookmark, runs and predictions, saved as they happen. No widget."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import msgspec

from lessons.format import catalog
from lessons.format.schema import (
    ExerciseList,
    Experiment,
    Lesson,
    Page,
    Predict,
    Value,
    run_of,
)
from lessons.learner import review
from lessons.learner.progress import page_of
from lessons.store import Curve, Place, Prediction, Run, Store
from tui.state.live_run import LiveRun
from tui.state.saving import OPEN_LESSON, Saving
from tui.state.stored_run import restore, to_store

NO_RUN = -1
"""The number of a run that was kept: no event of the engine carries it."""


class Answer(NamedTuple):
    """A choice, and the one that turned out to be right; both counted from 0."""

    chosen: int
    right: int


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where a lesson was left: page, knobs, choice, and the run that was on the screen."""

    index: int
    knobs: dict[str, Value] = field(default_factory=dict)
    choice: int | None = None
    run: Run | None = None
    curves: list[Curve] = field(default_factory=list)
    views: list[bytes] = field(default_factory=list)

    def live(self, experiment: Experiment | None, name: str) -> LiveRun | None:
        """The kept run as if it had just ended; None when it was not of this full name."""
        if self.run is None or experiment is None or self.run.experiment != name:
            return None
        live = LiveRun(NO_RUN, experiment, dict(self.run.knobs))
        # Whether a live knob was turned during the run or after it was not kept: take it as during.
        stood = {knob.name: self.knobs.get(knob.name) for knob in experiment.knobs if knob.live}
        live.turned = {
            name: value
            for name, value in stood.items()
            if value is not None and value != live.knobs.get(name)
        }
        restore(live, self.run, self.curves, self.views)
        return live


class LessonRecord:
    """What is saved of one lesson. Nothing here waits for the disk.

    A seed is kept beside the knobs, under the name "seed".
    """

    def __init__(self, saving: Saving, lesson: Lesson, page: int | None = None) -> None:
        """A lesson from a page on, counted from 0; None: from where it was left."""
        self._saving = saving
        self.lesson = lesson
        self._resumes = page is None
        self._place = self._place_of(page or 0)

    def _place_of(self, index: int) -> Place:
        """A page that nothing was done on, or the one nearest to it."""
        index = min(max(index, 0), len(self.lesson.pages) - 1)
        return Place(self.lesson.slug, self.lesson.pages[index].title, index)

    @property
    def index(self) -> int:
        """Which page is open, counted from 0."""
        return self._place.number

    @property
    def page(self) -> Page:
        """The page that is open."""
        return self.lesson.pages[self.index]

    @property
    def experiment_name(self) -> str:
        """The full name of the page's experiment, "training.fit"; "" where there is none."""
        run = run_of(self.page.activity)
        return run.experiment if run else ""

    @property
    def experiment(self) -> Experiment | None:
        """The experiment of the page, or None."""
        return catalog.experiment(self.experiment_name) if self.experiment_name else None

    async def open(self) -> Bookmark | None:
        """Open the lesson; the bookmark, where it goes on from one."""
        bookmark = await self._find() if self._resumes else None
        if bookmark is None:
            self._open_page()
        return bookmark

    def has_page(self, by: int) -> bool:
        """Whether there is a page so many pages on."""
        return 0 <= self.index + by < len(self.lesson.pages)

    def turn(self, by: int) -> None:
        """Open the page so many pages on."""
        self._place = self._place_of(self.index + by)
        self._open_page()

    def _open_page(self) -> None:
        activity = self.page.activity
        self._see(done=activity is None or isinstance(activity, ExerciseList))
        self._leave()
        slug = self.lesson.slug
        self._saving.write(lambda store: store.settings.set(OPEN_LESSON, slug), OPEN_LESSON)

    def set(self, **fields: Any) -> None:
        """Knobs were turned or a choice was made: any fields of `Place`."""
        place = msgspec.structs.replace(self._place, **fields)
        if place != self._place:
            self._place = place
            self._leave()

    def keep(self, live: LiveRun, *, torch: str, device: str) -> None:
        """A run of the page has ended: keep it, and count the page as done, unless it failed.

        Args:
            torch: the version it ran with.
            device: what the device "auto" is on this machine.
        """
        name = self.experiment_name
        found = to_store(live, name, seed=live.seed, torch=torch, device=device)
        if found is None:
            return
        run, curves, views = found
        self._saving.write(lambda store: store.runs.add(run, curves, views))
        self._see(done=True)
        self.set(run=run.uid)

    def judge(self, answer: Answer | None) -> None:
        """A run has answered the question of the page, if there is one and it was."""
        predict = self.page.activity
        if answer is None or not isinstance(predict, Predict):
            return
        texts = [choice.text for choice in predict.choices]
        one = Prediction(
            lesson=self.lesson.slug,
            page=self.page.title,
            chosen=texts[answer.chosen],
            answer=texts[answer.right],
            correct=answer.chosen == answer.right,
            kind=review.BLIND if predict.blind else review.PREDICTION,
        )

        def write(store: Store) -> None:
            store.predictions.add(one)
            review.enter(store, one.name, correct=one.correct)

        self._saving.write(write)

    def prefer(self, name: str, value: Value) -> None:
        """A setting that holds beyond this lesson."""
        self._saving.write(lambda store: store.settings.set(name, value), name)

    def close(self) -> None:
        """The learner went home."""
        self._saving.write(lambda store: store.settings.set(OPEN_LESSON, ""), OPEN_LESSON)

    async def _find(self) -> Bookmark | None:
        """Where this lesson was left; None when it is new."""
        found = await self._saving.read(lambda store: bookmark(store, self.lesson))
        if found is not None:
            self._place = Place(
                self.lesson.slug,
                self.lesson.pages[found.index].title,
                found.index,
                found.knobs,
                found.choice,
                found.run.uid if found.run else None,
            )
        return found

    def _see(self, *, done: bool) -> None:
        slug, title = self.lesson.slug, self.page.title
        key = ("page", slug, title, done)
        self._saving.write(lambda store: store.pages.see(slug, title, done=done), key)

    def _leave(self) -> None:
        place = self._place
        self._saving.write(lambda store: store.places.leave(place), ("place", place.lesson))


def bookmark(store: Store, lesson: Lesson) -> Bookmark | None:
    """Where a lesson was left.

    Raises:
        Fault: the store cannot be read.
    """
    place = store.places.of(lesson.slug)
    if place is None:
        return None
    found = Bookmark(page_of(lesson, place), place.knobs, place.choice)
    run = store.runs.get(place.run) if place.run else None
    if run is None:
        return found
    curves, views = store.runs.curves(run.uid), store.runs.views(run.uid)
    return replace(found, run=run, curves=curves, views=views)
