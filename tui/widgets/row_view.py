"""A column of styled rows that scrolls; only what is in sight is painted, and kept."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Hashable

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual

MOST_STRIPS = 2000
"""Painted rows that are kept."""


class RowView(ScrollView, can_focus=False):
    """Rows that fit its width: it scrolls up and down, never sideways."""

    DEFAULT_CSS = """
    RowView {
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 0;
        overflow-x: hidden;
    }
    """

    def __init__(self, id: str) -> None:  # noqa: A002 Textual's word for it
        super().__init__(id=id)
        self._width = 0
        """Columns that the rows were made for; 0 before there is room."""
        self._painted: dict[Hashable, Strip] = {}
        self._colors: tuple[Style, str] | None = None
        """What they were painted in."""

    @property
    @abstractmethod
    def row_count(self) -> int:
        """Rows in all, in sight or not."""

    @abstractmethod
    def strip_of(self, row: int) -> Strip:
        """A row as it is painted, with the help of `painted`."""

    @abstractmethod
    def fill(self) -> None:
        """Make the rows anew, `_width` columns wide."""

    def refill(self) -> None:
        """Make the rows anew for the width that there is now."""
        self._width = self.scrollable_content_region.width
        self.fill()
        self.virtual_size = Size(self._width, self.row_count)

    def on_resize(self, _event: events.Resize) -> None:
        """Rows break elsewhere."""
        if self.scrollable_content_region.width != self.virtual_size.width:
            self._painted.clear()
            self.refill()
            self.reach()

    def reach(self) -> None:
        """Called when rows broke elsewhere: bring into sight what is to be seen."""

    def painted(self, key: Hashable, content: Callable[[], Content]) -> Strip:
        """A row, painted unless it was: the same key stands for the same row."""
        known = self._painted.get(key)
        if known is None:
            if len(self._painted) >= MOST_STRIPS:
                self._painted.clear()
            strips = Visual.to_strips(self, content(), self._width, 1, self.visual_style)
            known = strips[0].adjust_cell_length(self._width, self.rich_style)
            self._painted[key] = known
        return known

    def render_line(self, y: int) -> Strip:
        """The row that is in sight there."""
        row = y + self.scroll_offset.y
        if row >= self.row_count:
            return Strip.blank(self.size.width, self.rich_style)
        return self.strip_of(row)

    def notify_style_update(self) -> None:
        colors = self.visual_style, self.app.theme
        if colors != self._colors:  # a class may have changed, and nothing that is painted
            self._colors = colors
            self._painted.clear()
        super().notify_style_update()
