"""The app on one exercise, with the tests' own warm engine behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from lessons.format import catalog
from lessons.store import Store
from tests.runs import Runs as Recorded
from tests.tui.warm import Opened
from tui.screens.exercise import ExerciseScreen
from tui.widgets.outcome import Outcome
from tui.widgets.verdicts import VerdictList


class Sitting:
    """One exercise on the screen: press keys, write, check, read."""

    def __init__(self, app: Opened, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def screen(self) -> ExerciseScreen:
        """The exercise."""
        screen = self.app.screen
        assert isinstance(screen, ExerciseScreen), screen
        return screen

    @property
    def code(self) -> str:
        """What stands in the editor."""
        return self.screen.editor.text

    @property
    def said(self) -> str:
        """The checks, and what is said of them."""
        return str(self.screen.query_one(VerdictList).render())

    @property
    def outcome(self) -> Outcome:
        """What was printed and drawn."""
        return self.screen.query_one(Outcome)

    async def press(self, *keys: str) -> None:
        """Press keys, and let the screen come to rest."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def write(self, code: str) -> None:
        """Other code in place of all there is."""
        self.screen.editor.write(code)
        await self.pilot.pause()

    async def opened(self) -> None:
        """Wait until the draft has been found."""
        await self.pilot.pause()
        opening = [worker for worker in self.app.workers if worker.group == "open"]
        await self.app.workers.wait_for_complete(opening)
        await self.pilot.pause()

    async def ended(self) -> None:
        """Wait until the run that is under way has ended, and is shown."""
        trial = self.screen._trial
        assert trial is not None
        await self.app.warm.ended(trial.run_id)
        await self.pilot.pause()

    async def check(self, code: str | None = None) -> str:
        """Check the code; what is said then."""
        if code is not None:
            await self.write(code)
        await self.press("ctrl+r")
        await self.ended()
        return self.said

    async def kept(self, question: Callable[[Store], object]) -> object:
        """What the store knows, everything up to now included."""
        return await asyncio.wrap_future(self.app.saving.ask(question))


@asynccontextmanager
async def sitting(
    warm: Recorded,
    folder: Path,
    name: str = "tensors/standardise",
    size: tuple[int, int] = (120, 40),
) -> AsyncIterator[Sitting]:
    """The app on an exercise."""
    task = catalog.exercise(name)
    app = Opened(lambda app: app.open_exercise(task), warm, folder)
    async with app.run_test(size=size) as pilot:
        sitting_ = Sitting(app, pilot)
        await sitting_.opened()
        yield sitting_
