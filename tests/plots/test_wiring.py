"""The lines of a graph, followed on the picture itself from every head back to the box it left."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.plots import Plot, plain
from engine.plots.layout import layered
from engine.plots.wiring import DOWN, LEFT, RIGHT, STROKES, UP, Drawing, drawn
from engine.views import Graph, Node
from tests.plots.examples import examples

Edges = list[tuple[str, str]]
Cell = tuple[int, int]

STEP = {UP: (-1, 0), DOWN: (1, 0), LEFT: (0, -1), RIGHT: (0, 1)}
BACK = {UP: DOWN, DOWN: UP, LEFT: RIGHT, RIGHT: LEFT}
WAYS = {char: [way for way in STEP if ways & way] for ways, char in STROKES.items()} | {
    "│": [UP, DOWN],
    "─": [LEFT, RIGHT],
}


@st.composite
def dags(draw: st.DrawFn) -> tuple[dict[str, tuple[int, int]], Edges]:
    """Boxes of different sizes, and uses of what came before; some use one thing twice."""
    count = draw(st.integers(1, 16))
    edges: Edges = []
    for end in range(1, count):
        starts = draw(st.lists(st.integers(0, end - 1), max_size=4))
        edges += [(f"n{start}", f"n{end}") for start in starts]
    uses = Counter(end for _, end in edges)
    bare = draw(st.booleans())
    sizes = {
        name: (1 if bare and not uses[name] else max(uses[name], draw(st.integers(1, 2))) + 2,
               draw(st.integers(5, 18)))
        for name in (f"n{i}" for i in range(count))
    }  # fmt: skip
    return sizes, edges


def covered(drawing: Drawing) -> dict[Cell, str]:
    """Which box lies on a cell."""
    return {
        (row, column): name
        for name, box in drawing.boxes.items()
        for row in range(box.top, box.top + box.rows)
        for column in range(box.left, box.left + box.columns)
    }


def sources(chars: NDArray[np.str_], head: Cell, boxes: dict[Cell, str]) -> set[str]:
    """The boxes from which a line leads to a head."""
    found: set[str] = set()
    waiting = [((head[0], head[1] - 1), LEFT)]
    seen = set(waiting)
    while waiting:
        cell, way = waiting.pop()
        if cell in boxes:
            assert way == LEFT, "a line enters a box without a head"
            found.add(boxes[cell])
            continue
        char = str(chars[cell])
        if char == "▸":
            continue
        if char == "│" and way in (LEFT, RIGHT):
            onward = [way]  # passes below
        else:
            assert BACK[way] in WAYS[char], f"a gap at {cell}: {char!r}"
            onward = [other for other in WAYS[char] if other != BACK[way]]
        for other in onward:
            down, right = STEP[other]
            step = (cell[0] + down, cell[1] + right), other
            if step not in seen:
                seen.add(step)
                waiting.append(step)
    return found


@examples(300)
@given(dags(), st.integers(24, 160))
def test_every_use_is_a_line_of_its_own_from_its_box_to_its_box(
    dag: tuple[dict[str, tuple[int, int]], Edges], columns: int
) -> None:
    sizes, edges = dag
    drawing = drawn(layered(sizes, edges), columns)
    boxes = covered(drawing)
    chars = drawing.lines().chars
    traced: Counter[tuple[str, str]] = Counter()
    for row, column in drawing.heads:
        (start,) = sources(chars, (row, column), boxes)
        traced[start, boxes[row, column + 1]] += 1
    assert traced == Counter(edges)


@examples(200)
@given(dags(), st.integers(24, 160))
def test_no_box_lies_on_another_or_on_a_line_or_outside(
    dag: tuple[dict[str, tuple[int, int]], Edges], columns: int
) -> None:
    sizes, edges = dag
    drawing = drawn(layered(sizes, edges), columns)
    boxes = covered(drawing)
    assert set(drawing.boxes) == set(sizes)
    assert len(boxes) == sum(rows * breadth for rows, breadth in sizes.values())
    assert not boxes.keys() & drawing.strokes.keys()
    cells = [*boxes, *drawing.strokes]
    assert all(0 <= row < drawing.rows and 0 <= column < drawing.columns for row, column in cells)


@examples(100)
@given(dags())
def test_what_is_too_wide_is_folded(dag: tuple[dict[str, tuple[int, int]], Edges]) -> None:
    sizes, edges = dag
    whole = drawn(layered(sizes, edges), 10_000)
    layers = layered(sizes, edges).layers
    # A layer alone with the lines that come and go takes no more than this.
    needed = max(max(place.columns for place in layer) + 2 * len(sizes) + 4 for layer in layers)
    for columns in {needed, whole.columns - 1, whole.columns}:
        if columns >= needed:
            assert drawn(layered(sizes, edges), columns).columns <= columns


TEXTS = st.text("0123456789-.", min_size=1, max_size=9)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """A graph before any gradient has arrived, with the room that each will take."""
    sizes, edges = draw(dags())
    nodes = [Node(f"n{i}", f"op{i}", draw(TEXTS), grad_room=draw(st.integers(0, 9)))
             for i in range(len(sizes))]  # fmt: skip
    return Graph(nodes, edges)


def labels(shown: str) -> dict[str, Cell]:
    """Where every label stands."""
    rows = shown.split("\n")
    return {
        word: (y, x)
        for y, row in enumerate(rows)
        for x, word in _words(row)
        if word.startswith("op")
    }


def _words(row: str) -> list[tuple[int, str]]:
    found, at = [], 0
    for part in row.split(" "):
        found.append((at, part))
        at += len(part) + 1
    return found


@examples(60)
@given(graphs(), st.data(), st.integers(30, 120), st.integers(6, 60))
def test_nothing_moves_while_gradients_arrive(
    graph: Graph, data: st.DataObject, columns: int, rows: int
) -> None:
    small, large = Plot(), Plot()
    before = labels(plain(large.draw([graph], columns, 1000)))
    seen = labels(plain(small.draw([graph], columns, rows)))
    assert len(before) == len(graph.nodes)
    for at in data.draw(st.permutations(range(len(graph.nodes)))):
        node = graph.nodes[at]
        node.grad = "7" * node.grad_room
        assert labels(plain(large.draw([graph], columns, 1000))) == before
        assert labels(plain(small.draw([graph], columns, rows))) == seen


@examples(100)
@given(graphs(), st.integers(30, 120), st.integers(6, 60))
def test_what_does_not_fit_is_counted(graph: Graph, columns: int, rows: int) -> None:
    shown = plain(Plot().draw([graph], columns, rows))
    whole = [node for node in graph.nodes if node.label in labels(shown)]
    if len(whole) < len(graph.nodes):
        last = shown.rstrip("\n").split("\n")[-1]
        missing = len(graph.nodes) - len(whole)
        assert int(last[1:].split()[0]) >= missing, last
        assert "more" in last


def test_a_squared_error_is_whole_on_the_stage_of_a_small_screen() -> None:
    labels_of = ["w", "x", "Mul", "b", "Add", "t", "Sub", "2", "Pow"]
    edges = [("w", "Mul"), ("x", "Mul"), ("Mul", "Add"), ("b", "Add"), ("Add", "Sub"),
             ("t", "Sub"), ("Sub", "Pow"), ("2", "Pow")]  # fmt: skip
    for columns, rows, room in [(76, 9, 0), (76, 10, 3), (62, 10, 3)]:
        nodes = [Node(name, name, "-12", grad_room=room) for name in labels_of]
        shown = plain(Plot().draw([Graph(nodes, edges)], columns, rows))
        assert "more" not in shown
        assert shown.count("▸") == len(edges)
        assert shown.count("-12") == len(nodes)


def test_where_rows_are_few_leaves_lose_their_frames() -> None:
    nodes = [Node("w", "w", "2", kind="leaf"), Node("x", "x", "3"), Node("mul", "Mul", "6")]
    edges = [("w", "mul"), ("x", "mul")]
    shown = plain(Plot().draw([Graph(nodes, edges)], 60, 5))
    assert "w 2 ──▸│ Mul │" in shown
    assert "x 3 ─" in shown
    assert "more" not in shown


def test_a_product_with_itself_has_two_lines() -> None:
    nodes = [Node("w", "w", "2"), Node("mul", "Mul", "4"), Node("add", "Add", "6")]
    edges = [("w", "mul"), ("w", "mul"), ("mul", "add"), ("w", "add")]
    shown = plain(Plot().draw([Graph(nodes, edges)], 60, 10))
    assert shown.count("▸") == 4


def test_boxes_are_as_wide_as_their_texts() -> None:
    shown = plain(
        Plot().draw([Graph([Node("a", "w", "2"), Node("b", "x", "1234567")], [])], 60, 10)
    )
    assert "│ 2 │" in shown
    assert "│ 1234567 │" in shown
    assert all(len(row.rstrip()) <= 30 for row in shown.split("\n"))


def test_any_two_heads_are_on_cells_of_their_own() -> None:
    nodes = {f"n{i}": (8, 6) for i in range(6)}
    edges = [(f"n{a}", f"n{b}") for a, b in combinations(range(6), 2)]
    assert len(drawn(layered(nodes, edges), 200).heads) == len(edges)
