"""Graphs: layered, every node in sight or within reach, lines that end where they should."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.plots import Glyphs, Plot, plain
from engine.plots.layout import layered
from engine.views import Graph, Node

NAMES = [f"n{i}" for i in range(40)]
EDGES = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=80)


def chain(n: int) -> Graph:
    """A line of n operations."""
    nodes = [Node(f"n{i}", f"op {i}", f"{i}.00") for i in range(n)]
    return Graph(nodes, [(f"n{i}", f"n{i + 1}") for i in range(n - 1)])


@settings(deadline=None)
@given(EDGES)
def test_boxes_do_not_overlap_and_layers_follow_the_edges(edges: list[tuple[str, str]]) -> None:
    layout = layered(dict.fromkeys(NAMES, (4, 10)), edges)
    for layer in layout.layers:
        for above, below in pairwise(layer):
            assert above.top + above.rows <= below.top
    assert set(layout.boxes) == set(NAMES)
    for place in layout.boxes.values():
        assert all(after.layer == place.layer + 1 for after in place.after)
        assert all(before.layer == place.layer - 1 for before in place.before)


def test_what_feeds_an_operation_stands_before_it() -> None:
    edges = [("x", "mul"), ("w", "mul"), ("mul", "add"), ("b", "add")]
    boxes = layered(
        dict.fromkeys("xw", (4, 10)) | {"mul": (4, 10), "b": (4, 10), "add": (4, 10)}, edges
    ).boxes
    assert [boxes[name].layer for name in ("x", "w", "mul", "b", "add")] == [0, 0, 1, 1, 2]


def test_a_box_tells_operation_value_and_gradient_once_there() -> None:
    before = plain(Plot().draw([Graph([Node("a", "mul", "3.50")], [])], 60, 10))
    after = plain(Plot().draw([Graph([Node("a", "mul", "3.50", "−0.25")], [])], 60, 10))
    assert "mul" in before
    assert "3.50" in before
    assert "∇" not in before
    assert "∇ −0.25" in after


def test_every_edge_ends_in_an_arrow() -> None:
    shown = plain(Plot().draw([chain(5)], 100, 10))
    assert shown.count("▸") == 4


def test_the_operation_at_work_is_framed_heavily() -> None:
    view = Graph([Node("a", "add", active=True), Node("b", "mul")], [("a", "b")])
    shown = plain(Plot().draw([view], 60, 10))
    assert "┃ add ┃" in shown
    assert "│ mul │" in shown
    assert "# add #" in plain(Plot(glyphs=Glyphs.ASCII).draw([view], 60, 10))


def test_a_larger_graph_scrolls_and_says_so() -> None:
    plot, view = Plot(), chain(20)
    first = plain(plot.draw([view], 80, 12))
    assert "op 0" in first
    assert "nodes more ↓" in first
    while plot.move(0, 20):
        last = plain(plot.draw([view], 80, 12))
    assert "op 19" in last
    assert "nodes more ↑" in last


def test_the_operation_at_work_is_brought_into_sight() -> None:
    plot, view = Plot(), chain(20)
    plot.draw([view], 80, 12)
    view.nodes[15].active = True
    assert "op 15" in plain(plot.draw([view], 80, 12))


@pytest.mark.parametrize("seed", range(5))
def test_forty_nodes_are_all_drawn(seed: int) -> None:
    chance = random.Random(seed)
    nodes = [Node(name, name) for name in NAMES]
    edges = [(NAMES[chance.randrange(i)], NAMES[i]) for i in range(1, 40)]
    shown = plain(Plot().draw([Graph(nodes, edges)], 600, 200))
    assert all(f" {name} " in shown for name in NAMES)
    assert shown.count("▸") == len(edges)


def test_cycles_loops_doubles_and_strangers_are_borne() -> None:
    edges = [("a", "b"), ("b", "a"), ("a", "a"), ("a", "b"), ("a", "nobody")]
    shown = plain(Plot().draw([Graph([Node("a", "one"), Node("b", "two")], edges)], 60, 10))
    assert shown.index("one") < shown.index("two")
