"""What a learner does in a lesson, written down as it happens, and found again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from lessons.format.schema import ExerciseList, Experiment, Lesson, Page, Predict, Value
from lessons.learner import review
from lessons.learner.progress import page_of
from lessons.store import Curve, Place, Prediction, Run, Store
from tui.state.live_run import LiveRun
from tui.state.saving import OPEN_LESSON, Saving
from tui.state.stored_run import kept, revive

NO_RUN = -1
"""The number of a run that was kept: no event of the engine carries it."""


@dataclass(frozen=True, slots=True)
class Left:
    """Where a lesson was left, with the run whose picture was on the stage."""

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
        revive(live, self.run, self.curves, self.views)
        return live


class Notebook:
    """The notes about one lesson. Nothing here waits for the disk.

    A seed is kept beside the knobs, under the name "seed".
    """

    def __init__(self, saving: Saving, lesson: Lesson) -> None:
        self._saving = saving
        self.lesson = lesson
        self._place = Place(lesson.slug, lesson.pages[0].title)

    @property
    def _page(self) -> Page:
        return self.lesson.pages[self._place.number]

    def turn_to(self, index: int) -> None:
        """A page was opened, counted from 0."""
        page = self.lesson.pages[index]
        self._place = Place(self.lesson.slug, page.title, index)
        self._see(done=page.activity is None or isinstance(page.activity, ExerciseList))
        self._leave()
        slug = self.lesson.slug
        self._saving.write(lambda store: store.settings.set(OPEN_LESSON, slug), OPEN_LESSON)

    def set(self, **fields: Any) -> None:
        """Knobs were turned or a choice was made: any fields of `Place`."""
        place = msgspec.structs.replace(self._place, **fields)
        if place != self._place:
            self._place = place
            self._leave()

    def keep(self, live: LiveRun, name: str, *, seed: int, torch: str, device: str) -> Run | None:
        """A run has ended: keep it, and count the page as done if it finished or was stopped.

        Args:
            name: the experiment's full name, "training.fit".
        """
        found = kept(live, name, seed=seed, torch=torch, device=device)
        if found is None:
            return None
        run, curves, views = found
        self._saving.write(lambda store: store.runs.add(run, curves, views))
        self._see(done=True)
        self.set(run=run.uid)
        return run

    def judge(self, predict: Predict, chosen: int, right: int, kind: str = "prediction") -> None:
        """A run has answered a question; both choices are counted from 0."""
        texts = [choice.text for choice in predict.choices]
        one = Prediction(
            lesson=self.lesson.slug,
            page=self._page.title,
            chosen=texts[chosen],
            answer=texts[right],
            correct=chosen == right,
            kind=kind,
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

    async def find(self) -> Left | None:
        """Where this lesson was left; None when it is new."""
        found = await self._saving.read(lambda store: left(store, self.lesson))
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
        slug, title = self.lesson.slug, self._page.title
        key = ("page", slug, title, done)
        self._saving.write(lambda store: store.pages.see(slug, title, done=done), key)

    def _leave(self) -> None:
        place = self._place
        self._saving.write(lambda store: store.places.leave(place), ("place", place.lesson))


def left(store: Store, lesson: Lesson) -> Left | None:
    """Where a lesson was left.

    Raises:
        Fault: the store cannot be read.
    """
    place = store.places.of(lesson.slug)
    if place is None:
        return None
    found = Left(page_of(lesson, place), place.knobs, place.choice)
    run = store.runs.get(place.run) if place.run else None
    if run is None:
        return found
    curves, views = store.runs.curves(run.uid), store.runs.views(run.uid)
    return replace(found, run=run, curves=curves, views=views)
