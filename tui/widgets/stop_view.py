"""The right side of the microscope: all that is to be seen at one stop."""

from __future__ import annotations

from textual.content import Content
from textual.strip import Strip

from engine.process.stops import Stop
from tui.widgets import scope_names
from tui.widgets.row_view import RowView


class StopView(RowView):
    """The names at a stop, a row each or several; another stop is shown from its first row."""

    def __init__(self) -> None:
        super().__init__(id="stop-view")
        self._stop: Stop | None = None
        self._sources = False
        """Whether each name says what it was computed from."""
        self._rows: list[Content] = []

    @property
    def text(self) -> str:
        """Every row, also of those one would have to scroll to."""
        return "\n".join(row.plain for row in self._rows)

    def show(self, stop: Stop | None) -> None:
        """Show this stop; nothing before the first."""
        if stop is not self._stop:
            self._stop = stop
            self.scroll_home(animate=False)
            self.refill()

    def toggle_sources(self) -> None:
        """Say of each name what it was computed from, or no longer."""
        self._sources = not self._sources
        self.refill()

    def fill(self) -> None:
        """The rows of this stop."""
        self._rows = []
        if self._stop is not None and self._width:
            self._rows = scope_names.rows(self._stop, self._width, sources=self._sources)
        self.refresh()

    @property
    def row_count(self) -> int:
        """Rows of this stop."""
        return len(self._rows)

    def strip_of(self, row: int) -> Strip:
        """Most rows are the same at the next stop."""
        content = self._rows[row]
        return self.painted((content.plain, tuple(content.spans)), lambda: content)
