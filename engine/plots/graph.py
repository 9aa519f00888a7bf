"""A computation graph: boxes with operation, value and gradient, and the lines between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from engine.plots import legend
from engine.plots.cells import Ink
from engine.plots.layout import Place, layered
from engine.plots.lettering import clean, cut, width
from engine.plots.options import Options
from engine.plots.page import Page
from engine.plots.state import State
from engine.plots.wiring import TIGHT, Air, Drawing, drawn
from engine.views import Graph, Node

MOST_BOX = 40
"""Columns of a box; a longer text ends in an ellipsis."""
LIGHT, HEAVY = "╭─╮│╰╯", "┏━┓┃┗┛"
INKS = {"leaf": Ink.DATA, "op": Ink.TICK, "output": Ink.FIT, "constant": Ink.FRAME}
AIRY = (Air(3, 8), Air(2, 5), Air(1, 2))
"""How far apart boxes may stand, the best first, where there is more room than a graph needs."""
Sizes = dict[str, tuple[int, int, int]]
"""By node: rows and columns of its box, and columns without a box."""


class GraphPicture:
    """Draws graphs. Boxes keep their places while values and gradients come and go."""

    def __init__(self) -> None:
        self._shape: object = None
        self._sizes: Sizes = {}
        self._drawing = Drawing({})
        self._lines = Page.blank(1, 1)
        self._followed = ""

    def draw(self, view: Graph, page: Page, options: Options, state: State) -> None:
        """The whole graph where it fits, folded if need be; else a part of it to scroll."""
        nodes = {node.id: node for node in reversed(view.nodes)}
        nodes = {name: nodes[name] for name in reversed(list(nodes))}
        head = 1 if page.rows > 2 else 0
        legend.write(page.part(0, 0, head, page.columns), options.title or view.name, [])
        body = page.part(head, 0, page.rows - head, page.columns)
        if not nodes:
            body.center("no operations yet", Ink.MUTED)
            return
        self._lay_out(view, nodes, (body.columns, body.rows))
        drawing = self._drawing
        is_larger = drawing.rows > body.rows or drawing.columns > body.columns
        rows = body.rows - 1 if is_larger and body.rows > 1 else body.rows
        self._follow(nodes, state, (body.columns, rows))
        left, top = state.window(body.columns, rows, (drawing.columns, drawing.rows))
        body.part(0, 0, rows, body.columns).paste(self._painted(nodes), top, left)
        if rows < body.rows:
            _say_cut(body, drawing, (left, top), (body.columns, rows))

    def _lay_out(self, view: Graph, nodes: Mapping[str, Node], room: tuple[int, int]) -> None:
        """Anew only when the graph is another, a text outgrows its box, or the room changed."""
        shape = tuple(nodes), tuple(view.edges), room
        uses = _uses(view.edges)
        sizes = _sizes(nodes, uses, room[0])
        if shape == self._shape:
            sizes = {
                name: (max(rows, old[0]), max(wide, old[1]), max(brief, old[2]))
                for (name, (rows, wide, brief)), old in zip(
                    sizes.items(), self._sizes.values(), strict=True
                )
            }
            if sizes == self._sizes:
                return
        self._shape, self._sizes = shape, sizes
        self._drawing = _drawn(sizes, uses, view.edges, room)
        self._lines = self._drawing.lines()

    def _painted(self, nodes: Mapping[str, Node]) -> Page:
        lines = self._lines
        page = Page(lines.chars.copy(), lines.ink.copy(), lines.paper.copy())
        for name, place in self._drawing.boxes.items():
            _box(page.part(place.top, place.left, place.rows, place.columns), nodes[name])
        return page

    def _follow(self, nodes: Mapping[str, Node], state: State, room: tuple[int, int]) -> None:
        """Bring the operation at work into sight, once, when it begins."""
        active = next((name for name, node in nodes.items() if node.active), "")
        if active == self._followed:
            return
        self._followed = active
        box = self._drawing.boxes.get(active)
        if box is None:
            return
        (left, top), (columns, rows) = state.scroll, room
        left = min(max(left, box.left + box.columns + 2 - columns), max(box.left - 2, 0))
        top = min(max(top, box.top + box.rows - rows), box.top)
        state.scroll = left, top


def rows_of(view: Graph, columns: int) -> tuple[int, int]:
    """Rows in which the whole of a graph is seen at this width, folded if need be, and the most
    that it can use."""
    nodes = {node.id: node for node in view.nodes}
    sizes = _sizes(nodes, _uses(view.edges), columns)
    boxes = tuple((name, (rows, wide)) for name, (rows, wide, _) in sizes.items())
    return _rows_of(boxes, tuple(map(tuple, view.edges)), columns)


@lru_cache(maxsize=64)
def _rows_of(
    boxes: tuple[tuple[str, tuple[int, int]], ...], edges: tuple[tuple[str, str], ...], columns: int
) -> tuple[int, int]:
    layout = layered(dict(boxes), edges)
    least = drawn(layout, columns).rows
    airy = (drawn(layout, columns, air) for air in AIRY)
    return least, next((each.rows + 1 for each in airy if each.columns <= columns), least)


def _uses(edges: Iterable[tuple[str, str]]) -> Counter[str]:
    """How many lines arrive at each node."""
    return Counter(end for start, end in edges if start != end)


def _sizes(nodes: Mapping[str, Node], uses: Mapping[str, int], columns: int) -> Sizes:
    return {
        name: (_box_rows(node, uses[name]), *_widths(node, columns)) for name, node in nodes.items()
    }


def _texts(node: Node) -> list[str]:
    """What stands under the label; a gradient that will come has its row from the start."""
    value, gradient = clean(node.value), f"∇ {clean(node.grad)}" if node.grad else ""
    found = [value] if value else []
    return [*found, gradient] if gradient or node.grad_room else found


def _box_rows(node: Node, uses: int) -> int:
    """A row for every text and for every line that arrives."""
    return max(len(_texts(node)), uses, 1) + 2


def _widths(node: Node, columns: int) -> tuple[int, int]:
    """Columns of a node as a box, and in one row without a frame."""
    label, value = width(clean(node.label)), width(clean(node.value))
    gradient = max(node.grad_room, width(clean(node.grad)))
    gradient += 2 if gradient > 0 else 0
    most = min(MOST_BOX, max(columns, 5))
    brief = label + sum(part + 1 for part in (value, gradient) if part > 0) + 1
    return min(max(label, value, gradient, 1) + 4, most), min(brief, most)


def _drawn(
    sizes: Sizes, uses: Mapping[str, int], edges: list[tuple[str, str]], room: tuple[int, int]
) -> Drawing:
    """Boxes; where those are too many for the rows, leaves lose their frames."""
    boxes = {name: (rows, wide) for name, (rows, wide, _) in sizes.items()}
    layout = layered(boxes, edges)
    for air in (*AIRY, TIGHT):
        whole = drawn(layout, room[0], air)
        below = air.rows > 0  # a row for the eye, where there are rows to give away
        if whole.rows + below <= room[1] and whole.columns <= room[0]:
            return whole
    bare = {name: (1, brief) for name, (_, _, brief) in sizes.items() if not uses[name]}
    tight = drawn(layered(boxes | bare, edges), room[0])
    return tight if tight.rows < whole.rows else whole


def _say_cut(page: Page, drawing: Drawing, at: tuple[int, int], room: tuple[int, int]) -> None:
    ways = []
    for arrow, more in (
        ("←", at[0] > 0),
        ("→", at[0] + room[0] < drawing.columns),
        ("↑", at[1] > 0),
        ("↓", at[1] + room[1] < drawing.rows),
    ):
        ways += [arrow] if more else []
    cut_off = sum(not _is_inside(place, at, room) for place in drawing.boxes.values())
    nodes = f"+{cut_off} {'node' if cut_off == 1 else 'nodes'} more" if cut_off else "… more"
    page.write(page.rows - 1, 0, f"{nodes} {' '.join(ways)}", Ink.MUTED)


def _is_inside(place: Place, at: tuple[int, int], room: tuple[int, int]) -> bool:
    """Whether the whole of a box is in the part that is shown."""
    across = at[0] <= place.left and place.left + place.columns <= at[0] + room[0]
    return across and at[1] <= place.top and place.top + place.rows <= at[1] + room[1]


def _box(page: Page, node: Node) -> None:
    """The label stands in the frame, or inside where a row is free."""
    if page.rows == 1:
        _bare(page, node)
        return
    ink = Ink.ACCENT if node.active else INKS.get(node.kind, Ink.TICK)
    nw, across, ne, upright, sw, se = list(HEAVY if node.active else LIGHT)
    inner = page.columns - 2
    page.write(0, 0, nw + across * inner + ne, ink)
    for row in range(1, page.rows - 1):
        page.write(row, 0, upright, ink)
        page.write(row, page.columns - 1, upright, ink)
    page.write(page.rows - 1, 0, sw + across * inner + se, ink)
    name, texts = cut(clean(node.label), inner - 2), _texts(node)
    has_free = len(texts) < page.rows - 2
    title = Ink.ACCENT if node.active else Ink.TITLE
    if name:
        page.write(*((1, 2, name) if has_free else (0, 1, f" {name} ")), title)
    for row, text in enumerate(texts, 2 if has_free else 1):
        is_gradient = row - (2 if has_free else 1) == len(texts) - 1 and bool(node.grad)
        page.write(row, 2, text, Ink.NEGATIVE if is_gradient else Ink.TEXT, inner - 1)


def _bare(page: Page, node: Node) -> None:
    """A leaf in one row, without a frame."""
    ink = Ink.ACCENT if node.active else INKS.get(node.kind, Ink.TICK)
    at = page.write(0, 0, clean(node.label), ink) + 1
    if node.value:
        at += page.write(0, at, clean(node.value), Ink.TEXT) + 1
    if node.grad:
        page.write(0, at, f"∇ {clean(node.grad)}", Ink.NEGATIVE)
