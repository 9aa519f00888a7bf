"""The app: its themes, its screens, and the engine behind them."""

from __future__ import annotations

import asyncio
import gc
import signal
import termios
from contextlib import suppress
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from engine.process.client import State
from lessons import catalog
from lessons.schema import Lesson
from tui.driver import FrugalDriver, chosen
from tui.messages import EngineChanged
from tui.runs import Runs
from tui.screens.home import HomeScreen
from tui.theme import DAYLIGHT, EMBER

TERMINAL_CHECK_SECONDS = 2.0
"""How often the app asks whether its terminal is there: with SIGHUP ignored nobody says so."""


class TochaApp(App[None]):
    """Paints at once, then starts the engine; never imports torch."""

    TITLE = "tocha"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "f2"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "help", "Help", key_display="?", id="help"),
        Binding("t", "other_theme", "Dark or light", show=False, id="theme"),
        Binding("colon", "command_palette", "Commands", show=False, id="palette"),
        Binding("ctrl+z", "suspend_process", "Suspend", show=False, priority=True, id="suspend"),
        Binding("ctrl+l", "redraw", "Redraw", show=False, id="redraw"),
        Binding("q", "quit", "Quit", id="quit-here"),
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True, id="quit"),
    ]

    def __init__(self, lesson: Lesson | None = None) -> None:
        super().__init__(driver_class=chosen())
        self.register_theme(EMBER)
        self.register_theme(DAYLIGHT)
        self.theme = "ember"
        self.runs = Runs(self._engine_changed)
        self._first_lesson = lesson

    def on_mount(self) -> None:
        """The first screen; the engine starts when it has been painted."""
        self.push_screen(HomeScreen(catalog.lessons(), self.runs))
        if self._first_lesson is not None:
            self.open_lesson(self._first_lesson)
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            loop.add_signal_handler(number, self.exit)
        self.set_interval(TERMINAL_CHECK_SECONDS, self._leave_without_terminal)
        self.call_after_refresh(self._start_engine)

    async def _start_engine(self) -> None:
        gc.freeze()
        gc.enable()
        await self.runs.engine.start()

    def _engine_changed(self, state: State) -> None:
        for screen in self.screen_stack:
            screen.post_message(EngineChanged(state))

    def _leave_without_terminal(self) -> None:
        if self.is_headless:
            return
        try:
            termios.tcgetattr(0)
        except termios.error:
            self.exit()

    def open_lesson(self, lesson: Lesson) -> None:
        """Show a lesson over home."""
        from tui.screens.lesson import LessonScreen

        self.push_screen(LessonScreen(lesson, self.runs))

    def action_help(self) -> None:
        """All keys."""
        from tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen())

    def action_other_theme(self) -> None:
        """Dark or light."""
        self.theme = "daylight" if self.theme == "ember" else "ember"

    def action_redraw(self) -> None:
        """Paint everything again, after something else wrote on the terminal."""
        if isinstance(self._driver, FrugalDriver):
            self._driver.forget()
        self.refresh(layout=True)

    async def action_quit(self) -> None:
        """Leave; the engine and its runs end first."""
        self.exit()

    async def on_unmount(self) -> None:
        """However the app ends, nothing of the engine outlives it."""
        with suppress(OSError):
            await self.runs.engine.close()
