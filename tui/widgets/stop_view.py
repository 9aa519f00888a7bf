"""The right side of the microscope: all that is to be seen at one stop."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from engine.process.stops import Stop
from tui.widgets import scope_names


class StopView(ScrollView, can_focus=False):
    """Rows that fit its width; another stop is shown from its first row.

    Only what is in sight is painted: a press of a key is to be seen at once.
    """

    DEFAULT_CSS = """
    StopView {
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 0;
        overflow-x: hidden;
    }
    """

    def __init__(self) -> None:
        super().__init__(id="stop-view")
        self._stop: Stop | None = None
        self._rows: list[Content] = []
        self._width = 0

    @property
    def text(self) -> str:
        """Every row, also of those one would have to scroll to."""
        return "\n".join(row.plain for row in self._rows)

    def show(self, stop: Stop | None) -> None:
        """Show this stop; nothing before the first."""
        if stop is not self._stop:
            self._stop = stop
            self.scroll_home(animate=False)
            self._fill()

    def on_resize(self, _event: events.Resize) -> None:
        """Rows break elsewhere."""
        if self.scrollable_content_region.width != self._width:
            self._fill()

    def _fill(self) -> None:
        self._width = self.scrollable_content_region.width
        self._rows = scope_names.rows(self._stop, self._width) if self._stop and self._width else []
        self.virtual_size = Size(self._width, len(self._rows))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The row that is in sight there."""
        row = y + self.scroll_offset.y
        if row >= len(self._rows):
            return Strip.blank(self.size.width, self.rich_style)
        strips = Visual.to_strips(self, self._rows[row], self._width, 1, self.visual_style)
        return strips[0].adjust_cell_length(self._width, self.rich_style)
