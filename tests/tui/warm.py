"""The app with the tests' own warm engine behind it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from textual import events

from tests.environment import seconds
from tests.runs import Runs as Recorded
from tui import app as app_module
from tui.app import TochaApp
from tui.state.engine_runs import Runs
from tui.state.saving import Saving


class WarmRuns(Runs):
    """Runs in an engine that was started already: starting one takes seconds."""

    def __init__(self, warm: Recorded) -> None:
        super().__init__(lambda _: None)
        self.engine = warm.engine
        warm.listeners.append(self._hear)


class Opened(TochaApp):
    """Opens where it is told to."""

    CSS_PATH = str(Path(app_module.__file__).with_name("app.tcss"))

    def __init__(self, first: Callable[[TochaApp], None], warm: Recorded, folder: Path) -> None:
        super().__init__(Saving(folder), first=first)
        self.warm = warm
        self.runs = WarmRuns(warm)

    async def _start_engine(self) -> None:
        self.saving.start()

    async def _take_up(self) -> None:
        """Nothing was left open."""

    async def on_unmount(self, event: events.Unmount) -> None:  # type: ignore[override]
        """The engine stays for the next test."""
        event.prevent_default()
        self.warm.listeners.clear()
        # The next app of a test reads what this one wrote, however busy the disk is.
        assert await self.saving.close(seconds(60))
