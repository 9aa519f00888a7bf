"""The app around a watched script, or around logs: one screen, no engine."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from lessons.store import Fault, open_store
from tui.screens.leaving import LeavingScreen
from tui.terminal.base_app import TerminalApp


class WatchApp(TerminalApp[int | None]):
    """Ends with the script's exit status, or with None when the script runs on."""

    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, screen: Callable[[], LeavingScreen[int | None]]) -> None:
        super().__init__()
        self.theme = preferred_theme(self.theme)
        self._make = screen

    def on_mount(self) -> None:
        """Show it; a terminal that goes away takes only the view with it."""
        self.push_screen(self._make(), self.exit)
        self.mind_terminal()


def preferred_theme(otherwise: str) -> str:
    """The theme the learner has chosen in the lessons."""
    with suppress(Fault):
        store = open_store()
        try:
            return str(store.settings.all().get("theme", otherwise))
        finally:
            store.close()
    return otherwise
