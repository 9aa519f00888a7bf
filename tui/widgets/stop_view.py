"""The right side of the microscope: all that is to be seen at one stop."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from engine.process.stops import Stop
from tui.widgets import scope_names


class StopView(VerticalScroll, can_focus=False):
    """Rows that fit its width; another stop is shown from its first row."""

    DEFAULT_CSS = """
    StopView {
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
    }
    """

    def __init__(self) -> None:
        super().__init__(id="stop-view")
        self._stop: Stop | None = None

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(id="stop-view-text")

    def show(self, stop: Stop | None) -> None:
        """Show this stop; nothing before the first."""
        if stop is not self._stop:
            self._stop = stop
            self.scroll_home(animate=False)
            self._fill()

    def on_resize(self, _event: events.Resize) -> None:
        """Rows break elsewhere."""
        self._fill()

    def _fill(self) -> None:
        width = self.scrollable_content_region.width
        shown = scope_names.rows(self._stop, width) if self._stop and width else ""
        self.query_one(Static).update(shown)
