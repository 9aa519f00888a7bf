"""A computation graph: boxes with operation, value and gradient, and the lines between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.plots import legend
from engine.plots.cells import Ink
from engine.plots.layout import BOX_ROWS, Layout, Place, layered
from engine.plots.lettering import clean, cut, width
from engine.plots.options import Options
from engine.plots.page import Page
from engine.plots.state import State
from engine.views import Graph, Node

LEAST_BOX, MOST_BOX = 10, 26
UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8
STROKES = {
    UP | DOWN: "│",
    UP: "│",
    DOWN: "│",
    LEFT | RIGHT: "─",
    LEFT: "─",
    RIGHT: "─",
    DOWN | RIGHT: "╭",
    DOWN | LEFT: "╮",
    UP | RIGHT: "╰",
    UP | LEFT: "╯",
    UP | DOWN | RIGHT: "├",
    UP | DOWN | LEFT: "┤",
    DOWN | LEFT | RIGHT: "┬",
    UP | LEFT | RIGHT: "┴",
    UP | DOWN | LEFT | RIGHT: "┼",
}
LIGHT, HEAVY = "╭─╮│╰╯", "┏━┓┃┗┛"
INKS = {"leaf": Ink.DATA, "op": Ink.TICK, "output": Ink.FIT, "constant": Ink.FRAME}


class GraphPicture:
    """Draws graphs; lays one out again only when its shape changes."""

    def __init__(self) -> None:
        self._key: object = None
        self._drawing = _Drawing(Layout([]), 0, 0)
        self._followed = ""

    def draw(self, view: Graph, page: Page, options: Options, state: State) -> None:
        """As much as fits; the rest is scrolled to, and said in the last row."""
        nodes = {node.id: node for node in reversed(view.nodes)}
        nodes = {name: nodes[name] for name in reversed(list(nodes))}
        head = 1 if page.rows > 4 else 0
        legend.write(page.part(0, 0, head, page.columns), options.title or view.name, [])
        body = page.part(head, 0, page.rows - head, page.columns)
        if not nodes:
            body.center("no operations yet", Ink.MUTED)
            return
        drawing = self._laid_out(nodes, view.edges)
        rows = body.rows - 1 if drawing.rows > body.rows > 1 or self._wide(body) else body.rows
        rows = max(rows, 1)
        self._follow(nodes, drawing, state, (body.columns, rows))
        left, top = state.window(body.columns, rows, (drawing.columns, drawing.rows))
        body.part(0, 0, rows, body.columns).paste(drawing.painted(nodes), top, left)
        if rows < body.rows:
            _say_cut(body, drawing, (left, top), (body.columns, rows))

    def _wide(self, page: Page) -> bool:
        return self._drawing.columns > page.columns and page.rows > 1

    def _laid_out(self, nodes: dict[str, Node], edges: Sequence[tuple[str, str]]) -> _Drawing:
        sizes = {name: (_box_rows(name, edges), _box_columns(node)) for name, node in nodes.items()}
        key = tuple(sizes.items()), tuple(edges)
        if key != self._key:
            self._key = key
            self._drawing = _drawn(layered(sizes, [(a, b) for a, b in edges]))
        return self._drawing

    def _follow(
        self, nodes: dict[str, Node], drawing: _Drawing, state: State, room: tuple[int, int]
    ) -> None:
        """Bring the operation at work into sight, once, when it begins."""
        active = next((name for name, node in nodes.items() if node.active), "")
        if active == self._followed:
            return
        self._followed = active
        box = drawing.layout.boxes.get(active)
        if box is None:
            return
        (left, top), (columns, rows) = state.scroll, room
        left = min(max(left, box.left + box.columns + 2 - columns), max(box.left - 2, 0))
        top = min(max(top, box.top + box.rows - rows), box.top)
        state.scroll = left, top


def _box_rows(name: str, edges: Sequence[tuple[str, str]]) -> int:
    """High enough for every input to arrive on a row of its own."""
    inputs = len({start for start, end in edges if end == name and start != name})
    return max(BOX_ROWS, min(inputs, 8) + 2)


def _box_columns(node: Node) -> int:
    longest = max(width(clean(node.label)) + 2, width(_value(node)) + 2, width(_gradient(node)) + 2)
    return min(max(longest + 2, LEAST_BOX), MOST_BOX)


def _value(node: Node) -> str:
    return clean(node.value)


def _gradient(node: Node) -> str:
    return f"∇ {clean(node.grad)}" if node.grad else ""


def _say_cut(page: Page, drawing: _Drawing, at: tuple[int, int], room: tuple[int, int]) -> None:
    ways = []
    for arrow, more in (
        ("←", at[0] > 0),
        ("→", at[0] + room[0] < drawing.columns),
        ("↑", at[1] > 0),
        ("↓", at[1] + room[1] < drawing.rows),
    ):
        ways += [arrow] if more else []
    page.write(page.rows - 1, 0, f"… more {' '.join(ways)}", Ink.MUTED)


@dataclass
class _Drawing:
    """A layout with its lines, as strokes by cell."""

    layout: Layout
    rows: int
    columns: int
    strokes: dict[tuple[int, int], tuple[str, int]] = field(default_factory=dict)
    """(row, column): whose line it is, and its directions."""
    heads: set[tuple[int, int]] = field(default_factory=set)

    def stroke(self, net: str, row: int, column: int, ways: int) -> None:
        """Add to a net's line; where two nets cross, the upright one passes above."""
        old = self.strokes.get((row, column))
        if old is None or old[0] == net:
            self.strokes[row, column] = net, ways | (old[1] if old else 0)
        elif ways & (UP | DOWN) and not old[1] & (UP | DOWN):
            self.strokes[row, column] = net, ways

    def across(self, net: str, row: int, start: int, end: int) -> None:
        """A line from one column to another, both ends included."""
        for column in range(start, end + 1):
            ways = (LEFT if column > start else 0) | (RIGHT if column < end else 0)
            self.stroke(net, row, column, ways)

    def upright(self, net: str, column: int, start: int, end: int) -> None:
        """A line from one row to another, both ends included."""
        low, high = min(start, end), max(start, end)
        for row in range(low, high + 1):
            ways = (UP if row > low else 0) | (DOWN if row < high else 0)
            self.stroke(net, row, column, ways)

    def painted(self, nodes: dict[str, Node]) -> Page:
        page = Page.blank(self.rows, self.columns)
        for (row, column), (_net, ways) in self.strokes.items():
            page.write(row, column, STROKES.get(ways, "─"), Ink.FRAME)
        for row, column in self.heads:
            page.write(row, column, "▸", Ink.TICK)
        for name, place in self.layout.boxes.items():
            _box(page.part(place.top, place.left, place.rows, place.columns), nodes[name])
        return page


def _box(page: Page, node: Node) -> None:
    ink = Ink.ACCENT if node.active else INKS.get(node.kind, Ink.TICK)
    corners = HEAVY if node.active else LIGHT
    nw, across, ne, upright, sw, se = list(corners)
    inner = page.columns - 2
    page.write(0, 0, nw + across * inner + ne, ink)
    for row in range(1, page.rows - 1):
        page.write(row, 0, upright, ink)
        page.write(row, page.columns - 1, upright, ink)
    page.write(page.rows - 1, 0, sw + across * inner + se, ink)
    name = cut(clean(node.label), inner - 2)
    page.write(0, 1, f" {name} " if name else "", Ink.ACCENT if node.active else Ink.TITLE)
    page.write(1, 2, _value(node), Ink.TEXT, inner - 1)
    page.write(2, 2, _gradient(node), Ink.NEGATIVE, inner - 1)


def _drawn(layout: Layout) -> _Drawing:
    """Columns for the layers and for the lines between them, then the lines."""
    drawing = _Drawing(layout, 0, 0)
    left = 0
    for at, layer in enumerate(layout.layers):
        breadth = max((place.columns for place in layer), default=0)
        for place in layer:
            place.left = left
            place.columns = breadth if place.lane else place.columns
        tracks = _tracks(layer)
        gap = max(len(tracks) + 3, 4) if at + 1 < len(layout.layers) else 0
        _lines(drawing, layer, tracks, left + breadth, gap)
        left += breadth + gap
    places = [place for layer in layout.layers for place in layer]
    drawing.columns = max((place.left + place.columns for place in places), default=0)
    drawing.rows = max((place.top + place.rows for place in places), default=0)
    return drawing


def _tracks(layer: list[Place]) -> list[int]:
    """Which places of a layer need an upright line after it, in the order of their columns.

    A line that ends in the row where another begins must bend before that one does.
    """
    bending = [i for i, p in enumerate(layer) if any(_arrival(p, end) != p.port for end in p.after)]
    order: list[int] = []
    waiting = list(bending)
    while waiting:
        ready = next((i for i in waiting if not _blocked(layer, i, waiting)), waiting[0])
        order.append(ready)
        waiting.remove(ready)
    return order


def _blocked(layer: list[Place], at: int, waiting: list[int]) -> bool:
    """Whether another line that has no column yet begins in a row where this one ends."""
    ends = {_arrival(layer[at], end) for end in layer[at].after}
    return any(layer[other].port in ends for other in waiting if other != at)


def _arrival(start: Place, end: Place) -> int:
    """The row a line arrives on: its own one of the box's inner rows."""
    if end.lane:
        return end.top
    sources = sorted(end.before, key=lambda place: (place.port, place.name))
    at = next(i for i, place in enumerate(sources) if place is start)
    return end.top + 1 + min(at, end.rows - 3)


def _lines(drawing: _Drawing, layer: list[Place], tracks: list[int], edge: int, gap: int) -> None:
    for at, place in enumerate(layer):
        if place.lane:
            drawing.across(place.name, place.top, place.left - 1, edge)
        for end in place.after:
            row, last = _arrival(place, end), edge + gap - 1
            start = edge if place.lane else place.left + place.columns
            if row == place.port:
                drawing.across(place.name, row, start, last)
            else:
                column = edge + 1 + tracks.index(at)
                drawing.across(place.name, place.port, start, column)
                drawing.upright(place.name, column, place.port, row)
                drawing.across(place.name, row, column, last)
            if not end.lane:
                drawing.heads.add((row, last))
