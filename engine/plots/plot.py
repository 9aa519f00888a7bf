"""One picture: whatever shares it, drawn at any size."""

from __future__ import annotations

from collections.abc import Sequence

from engine.plots import bars, grid, legend, network, prose, table
from engine.plots.cells import Cells
from engine.plots.chart import Chart
from engine.plots.graph import GraphPicture
from engine.plots.options import Curve, Glyphs, Options
from engine.plots.page import Page
from engine.plots.state import MOST_ZOOM, Reading, State
from engine.views import (
    Bars,
    Code,
    Graph,
    Grid,
    Heatmap,
    Line,
    Mark,
    Network,
    Path,
    Progress,
    Scatter,
    Table,
    Text,
    View,
    Walker,
)

CHARTED = (Curve, Scatter, Line, Heatmap, Path, Mark, Walker)


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
        self.state = State(colorless=colors == "none", halves=colors not in ("none", "16"))
        self._chart = Chart(self.options, self.state)
        self._graph = GraphPicture()

    def draw(self, content: Sequence[View | Curve], columns: int, rows: int) -> Cells:
        """All views that share the picture, in ``rows`` by ``columns`` cells (at least 1 by 1).

        Any data and any size give cells of exactly that size; nothing is raised for a value.
        """
        page = Page.blank(rows, columns)
        self.state.reading, self.state.origin, self.state.elements = Reading.NOTHING, None, None
        parts = _stacked(content, page)
        for views, part in parts:
            self._draw(views, part)
        if len(parts) > 1:  # a grid knows only of its own place
            self.state.elements = None
        return page.cells(self.glyphs)

    def _draw(self, views: Sequence[View | Curve], page: Page) -> None:
        options, state, glyphs = self.options, self.state, self.glyphs
        match views[0] if views else None:
            case Bars() as view:
                bars.draw(view, page, options, state, glyphs)
            case Grid() as view:
                grid.draw(view, page, options, state)
            case Graph() as view:
                self._graph.draw(view, page, options, state)
            case Network() as view:
                network.draw(view, page, options, glyphs)
            case Table() as view:
                table.draw(view, page, options, state)
            case Text() as view:
                prose.draw_text(view, self._titled(page), state)
            case Code() as view:
                prose.draw_code(view, self._titled(page), state)
            case Progress() as view:
                prose.draw_progress(view, page, glyphs)
            case _:
                self._chart.draw(views, page, glyphs)

    def _titled(self, page: Page) -> Page:
        """Write the title, where there is one and room for it; the rest of the page."""
        head = 1 if self.options.title and page.rows > 1 else 0
        legend.write(page.part(0, 0, head, page.columns), self.options.title, [])
        return page.part(head, 0, page.rows - head, page.columns)

    def move(self, across: int, down: int) -> bool:
        """Move what reads the picture, or scroll it; False where that changes nothing.

        The cursor of a picture with axes first appears at its newest data.
        """
        return self.state.move(across, down)

    def point(self, column: int, row: int) -> bool:
        """Read a chart or a tensor at a cell of the picture last drawn; False where none is."""
        if self.state.elements is not None:
            left, top, wide, first_column, first_row = self.state.elements
            if column < left or row < top:
                return False
            self.state.cursor = first_column + (column - left) // wide, first_row + row - top
            return True
        origin = self.state.origin
        if origin is None or self.state.reading is not Reading.CURSOR or column < origin[0]:
            return False
        self.state.cursor = column - origin[0], max(row - origin[1], 0)
        return True

    def scroll(self, rows: int) -> bool:
        """Scroll what is larger than its place; False where nothing moves."""
        return self.state.reading is Reading.SCROLL and self.state.move(0, rows)

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
        """Show another slice of a tensor with more than two dimensions; False without one."""
        self.state.slice = (self.state.slice + step) % max(self.state.slices, 1)
        return self.state.slices > 1

    def toggle_compact(self) -> bool:
        """Show a tensor as colours instead of values, or back."""
        self.state.compact = not self.state.compacted
        return True


def _stacked(
    content: Sequence[View | Curve], page: Page
) -> list[tuple[Sequence[View | Curve], Page]]:
    """Parts of the page from top to bottom: all that has axes together, every other view alone."""
    charted: list[View | Curve] = [view for view in content if isinstance(view, CHARTED)]
    groups: list[list[View | Curve]] = [[view] for view in content if not isinstance(view, CHARTED)]
    if charted or not groups:
        groups.insert(0, charted)
    flat = sum(map(_is_flat, groups))
    room, high = max(page.rows - flat, 0), len(groups) - flat
    parts: list[tuple[Sequence[View | Curve], Page]] = []
    top = seen = 0
    for group in groups:
        if _is_flat(group):
            rows = 1
        else:
            rows = max(room * (seen + 1) // high - room * seen // high, 0)
            seen += 1
        if top + rows <= page.rows and rows:
            parts.append((group, page.part(top, 0, rows, page.columns)))
        top += rows
    return parts


def _is_flat(group: Sequence[View | Curve]) -> bool:
    """What needs one row, however many there are."""
    return bool(group) and isinstance(group[0], Progress)
