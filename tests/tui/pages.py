"""The app on one page or exercise, with the tests' own warm engine behind it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.content import Content
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

from lessons.format import catalog
from lessons.store import Store
from tests.environment import seconds
from tests.runs import Runs as Recorded
from tests.tui.warm import Opened
from tui.app import TochaApp
from tui.screens.exercise import ExerciseScreen
from tui.screens.run_screen import RunScreen
from tui.state.live_run import LiveRun
from tui.widgets.editor import Editor
from tui.widgets.explained import ExplainedPanel
from tui.widgets.outcome import Outcome
from tui.widgets.verdicts import VerdictList


class OpenPage:
    """A page on the screen: press keys, write, run, read."""

    def __init__(self, app: Opened, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def screen(self) -> Screen[Any]:
        """What is on top."""
        return self.app.screen

    @property
    def editor(self) -> Editor:
        """Where one writes."""
        return self.screen.query_one(Editor)

    @property
    def last_run(self) -> LiveRun:
        """The run that was started last."""
        screen = self.screen
        assert isinstance(screen, RunScreen)
        run: LiveRun | None = screen.run
        assert run is not None
        return run

    def marked(self) -> int | None:
        """The line that is marked as failing."""
        return self.editor.marked_line

    @property
    def told(self) -> list[str]:
        """The rules of what is explained, from the top."""
        return [panel.shown.rule for panel in self.screen.query(ExplainedPanel) if panel.shown]

    def text(self, selector: str) -> str:
        """What a widget shows."""
        widget = self.screen.query_one(selector, Widget)
        shown = widget.render()
        return shown.plain if isinstance(shown, Content) else str(shown)

    def rows(self, selector: str) -> list[str]:
        """The rows of a widget as they are painted."""
        widget = self.screen.query_one(selector, Widget)
        lines = [widget.render_line(y) for y in range(widget.size.height)]
        return ["".join(segment.text for segment in line).rstrip() for line in lines]

    async def press(self, *keys: str) -> None:
        """Press keys, and let the screen come to rest."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def until(self, what: str, holds: Callable[[], object]) -> None:
        """Wait for something that no single event tells."""
        last = time.monotonic() + seconds(60)
        while not holds():
            assert time.monotonic() < last, f"{what} did not come"
            await self.pilot.pause(0.02)

    async def write(self, code: str) -> None:
        """Other code in place of all there is."""
        self.editor.write(code)
        await self.pilot.pause()

    async def ended(self) -> None:
        """Wait until the run that is under way has ended, and is shown."""
        await self.app.warm.ended(self.last_run.run_id)
        await self.pilot.pause()
        await self.pilot.pause()

    async def settled(self) -> None:
        """Wait for what opening something has begun, its run included."""
        await self.app.workers.wait_for_complete(list(self.app.workers))
        await self.ended()

    async def run(self, code: str | None = None) -> None:
        """Run the code to its end."""
        if code is not None:
            await self.write(code)
        await self.press("ctrl+r")
        await self.ended()

    async def kept(self, question: Callable[[Store], Any]) -> Any:
        """What the store knows, everything up to now included."""
        return await asyncio.wrap_future(self.app.saving.ask(question))


class OpenExercise(OpenPage):
    """An exercise on the screen: the checks, and what the code printed and drew."""

    @property
    def screen(self) -> ExerciseScreen:
        """The exercise."""
        screen = self.app.screen
        assert isinstance(screen, ExerciseScreen), screen
        return screen

    @property
    def code(self) -> str:
        """What stands in the editor."""
        return self.editor.text

    @property
    def said(self) -> str:
        """The checks, and what is said of them."""
        return str(self.screen.query_one(VerdictList).render())

    @property
    def outcome(self) -> Outcome:
        """What was printed and drawn."""
        return self.screen.query_one(Outcome)

    async def opened(self) -> None:
        """Wait until the draft has been found."""
        await self.pilot.pause()
        opening = [worker for worker in self.app.workers if worker.group == "open"]
        await self.app.workers.wait_for_complete(opening)
        await self.pilot.pause()

    async def check(self, code: str | None = None) -> str:
        """Check the code; what is said then."""
        await self.run(code)
        return self.said


@asynccontextmanager
async def opened(
    warm: Recorded,
    folder: Path,
    first: Callable[[TochaApp], None],
    size: tuple[int, int] = (120, 40),
) -> AsyncIterator[OpenPage]:
    """The app where ``first`` leads it."""
    app = Opened(first, warm, folder)
    async with app.run_test(size=size) as pilot:
        page = OpenPage(app, pilot)
        # A page that is opened after the first refresh begins its work only then.
        for _ in range(2):
            await pilot.pause()
            await app.workers.wait_for_complete(list(app.workers))
        await pilot.pause()
        yield page


@asynccontextmanager
async def opened_exercise(
    warm: Recorded,
    folder: Path,
    name: str = "tensors/standardise",
    size: tuple[int, int] = (120, 40),
) -> AsyncIterator[OpenExercise]:
    """The app on an exercise."""
    exercise = catalog.exercise(name)
    app = Opened(lambda app: app.open_exercise(exercise), warm, folder)
    async with app.run_test(size=size) as pilot:
        page = OpenExercise(app, pilot)
        await page.opened()
        yield page
