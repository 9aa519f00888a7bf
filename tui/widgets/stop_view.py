"""The right side of the microscope: all that is to be seen at one stop."""

from __future__ import annotations

from textual import events
from textual.content import Content, Span
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual

from engine.process.stops import Stop
from tui.widgets import scope_names

MOST_STRIPS = 2000
"""Painted rows that are kept."""


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
        self._strips: dict[tuple[str, tuple[Span, ...]], Strip] = {}
        """Rows as they were painted: most are the same at the next stop."""
        self._colors: tuple[Style, str] | None = None
        """What they were painted in."""

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
            self._strips.clear()
            self._fill()

    def _fill(self) -> None:
        self._width = self.scrollable_content_region.width
        if len(self._strips) > MOST_STRIPS:
            self._strips.clear()
        self._rows = scope_names.rows(self._stop, self._width) if self._stop and self._width else []
        self.virtual_size = Size(self._width, len(self._rows))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The row that is in sight there."""
        row = y + self.scroll_offset.y
        if row >= len(self._rows):
            return Strip.blank(self.size.width, self.rich_style)
        return self._painted(self._rows[row])

    def _painted(self, row: Content) -> Strip:
        key = row.plain, tuple(row.spans)
        known = self._strips.get(key)
        if known is None:
            strips = Visual.to_strips(self, row, self._width, 1, self.visual_style)
            known = strips[0].adjust_cell_length(self._width, self.rich_style)
            self._strips[key] = known
        return known

    def notify_style_update(self) -> None:
        colors = self.visual_style, self.app.theme
        if colors != self._colors:
            self._colors = colors
            self._strips.clear()
        super().notify_style_update()
