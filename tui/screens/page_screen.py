"""The base of every full screen: breakpoints for the size of the window."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.reactive import Reactive
from textual.widget import Widget
from textual.widgets import Static

from tui.screens.leaving import LeavingScreen

NARROW, WIDE, BROAD = 56, 100, 160
"""Columns from which the screen has one column, two, and two with air."""

TALL = 16
"""Rows below which nothing sensible fits."""


class PageScreen(LeavingScreen[None]):
    """Says so when the window is too small, instead of showing a ruin."""

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - declared so by Textual
        (0, "-tiny"),
        (NARROW, "-narrow"),
        (WIDE, "-wide"),
        (BROAD, "-broad"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (TALL, "-tall")]  # noqa: RUF012 - declared so by Textual

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """Textual's own paints the whole screen when the focus moves; the two widgets do it alone."""

    def on_resize(self, event: events.Resize) -> None:
        """A size that is no longer true is passed over: it can come after the one that is."""
        if event.size != self.app.size:
            event.stop()
            event.prevent_default()

    def compose(self) -> ComposeResult:
        yield Static(f"Tocha needs a window of {NARROW} by {TALL} cells.", id="too-small")
        yield from self.compose_page()

    def compose_page(self) -> ComposeResult:
        """The screen itself."""
        raise NotImplementedError
