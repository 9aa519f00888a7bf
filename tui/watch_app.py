"""The app around a watched script: one screen, no engine."""

from __future__ import annotations

import asyncio
import signal
import termios
from pathlib import Path

from textual.app import App

from engine.watch.follower import Follower
from tui.driver import chosen
from tui.screens.watch import WatchScreen
from tui.theme import DAYLIGHT, EMBER

TERMINAL_CHECK_SECONDS = 2.0


class WatchApp(App[int | None]):
    """Ends with the script's exit status, or with None when the script runs on."""

    TITLE = "tocha"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, place: Path) -> None:
        super().__init__(driver_class=chosen())
        self.register_theme(EMBER)
        self.register_theme(DAYLIGHT)
        self.theme = "ember"
        self._follower = Follower(place)

    def on_mount(self) -> None:
        """Show the script; a terminal that goes away takes only the view with it."""
        self.push_screen(WatchScreen(self._follower), self.exit)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            loop.add_signal_handler(number, self.exit)
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        self.set_interval(TERMINAL_CHECK_SECONDS, self._leave_without_terminal)

    def _leave_without_terminal(self) -> None:
        if self.is_headless:
            return
        try:
            termios.tcgetattr(0)
        except termios.error:
            self.exit()
