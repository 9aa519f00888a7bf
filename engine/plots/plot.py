"""One picture: whatever shares it, drawn at any size."""

from __future__ import annotations

from collections.abc import Sequence

from engine.plots.cells import Cells
from engine.plots.chart import Chart
from engine.plots.options import Curve, Glyphs, Options
from engine.plots.page import Page
from engine.plots.state import MOST_ZOOM, State
from engine.views import View


class Plot:
    """Draws views; remembers limits and frame between pictures, and where a person looks.

    ``colors`` tells what the cells will be shown in ("truecolor", "256", "16", "none"): without
    any, what should look dim is thinned out instead.
    """

    def __init__(
        self,
        options: Options | None = None,
        glyphs: Glyphs = Glyphs.BRAILLE,
        colors: str = "truecolor",
    ) -> None:
        self.options = options or Options()
        self.glyphs = glyphs
        self.colors = colors
        self.state = State(colorless=colors == "none")
        self._chart = Chart(self.options, self.state)

    def draw(self, content: Sequence[View | Curve], columns: int, rows: int) -> Cells:
        """All views that share the picture, in ``rows`` by ``columns`` cells (at least 1 by 1).

        Any data and any size give cells of exactly that size; nothing is raised for a value.
        """
        page = Page.blank(rows, columns)
        self._chart.draw(content, page, self.glyphs)
        return page.cells(self.glyphs)

    def move(self, across: int, down: int) -> bool:
        """Move what reads the picture, or scroll it; False where there is nothing to move.

        The cursor of a picture with axes first appears at its right end.
        """
        columns, rows = self.state.size
        if self.state.cursor is None:
            self.state.cursor = (1 << 30, 1 << 30)
            return True
        column, row = self.state.cursor
        column, row = min(max(column + across, 0), columns - 1), min(max(row + down, 0), rows - 1)
        moved = self.state.cursor != (column, row)
        self.state.cursor = column, row
        return moved

    def leave(self) -> bool:
        """Read current values again; False when that is so already."""
        had, self.state.cursor = self.state.cursor, None
        return had is not None

    def zoom(self, factor: int) -> bool:
        """Show the last part of x: 2 halves what is shown, -2 doubles it, 0 shows everything."""
        old = self.state.zoom
        zoom = 1 if factor == 0 else old * factor if factor > 0 else old // -factor
        self.state.zoom = min(max(zoom, 1), MOST_ZOOM)
        return self.state.zoom != old

    def slice(self, step: int) -> bool:
        """Show the next slice (or the one before) of a tensor with more than two dimensions."""
        return bool(step) and False

    def toggle_compact(self) -> bool:
        """Show a tensor as colours instead of values, or back."""
        return False
