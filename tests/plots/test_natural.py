"""The size that a picture asks for is one in which nothing of it is cut."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.plots import Options, Plot, plain
from engine.plots.natural import wanted
from engine.views import Bars, Code, Graph, Grid, Line, Network, Node, Table, Text, View
from tests.plots.examples import examples

WORDS = st.text("abc def", max_size=12)
SHAPES = st.sampled_from([(3,), (40,), (2, 6), (6, 2), (2, 3, 4)])
VIEWS = st.one_of(
    st.builds(Table, st.lists(WORDS, min_size=1, max_size=4),
              st.lists(st.lists(WORDS, min_size=1, max_size=4), max_size=6)),
    st.builds(Text, st.text("one two\n", max_size=120).map(lambda text: f"words {text}")),
    st.builds(Bars, st.lists(WORDS, min_size=1, max_size=6), st.just([1.0, 2.0, 3.0])),
    SHAPES.map(lambda shape: Grid(np.arange(float(np.prod(shape))).reshape(shape), note="a note")),
)  # fmt: skip


@examples(200)
@given(VIEWS, st.integers(40, 90))
def test_nothing_is_cut_at_the_size_it_asks_for(view: View, columns: int) -> None:
    want = wanted([view], columns, title="title")
    assert want.rows is not None
    shown = plain(Plot(Options("title")).draw([view], columns, want.rows))
    assert "more" not in shown
    assert "title" in shown.split("\n")[0]
    if isinstance(view, Text):
        assert shown.split() == ["title", *view.text.split()]


def test_a_graph_asks_for_the_rows_of_its_boxes_and_keeps_them() -> None:
    nodes = [Node("w", "w", "2"), Node("mul", "Mul", "4"), Node("add", "Add", "6")]
    view = Graph(nodes, [("w", "mul"), ("w", "mul"), ("mul", "add")])
    want = wanted([view], 60, title="graph")
    assert want.is_firm
    assert want.rows is not None
    shown = plain(Plot(Options("graph")).draw([view], 60, want.rows))
    assert "more" not in shown
    assert shown.rstrip("\n").split("\n")[-1].strip()


@pytest.mark.parametrize("view", [Line([0.0, 1.0], [0.0, 1.0]), Network([1, 2], [[[1.0], [2.0]]])])
def test_what_can_use_any_room_asks_for_none(view: View) -> None:
    assert wanted([view], 60).rows is None


def test_a_table_without_room_stands_closer_and_breaks_its_heads_before_its_texts() -> None:
    view = Table(["mode", "tensors kept", "time [ms]"], [["inference_mode", 7, 16.9]])
    roomy, narrow = (plain(Plot().draw([view], columns, 6)) for columns in (60, 28))
    assert "tensors kept  time [ms]" in roomy
    assert "inference_mode" in narrow
    assert "…" not in narrow
    heads = [row.split() for row in narrow.split("\n")[:2]]
    assert heads == [["tensors", "time"], ["mode", "kept", "[ms]"]]


WORDS_OF_A_CELL = st.lists(st.text("abcdefgh", min_size=1, max_size=9), max_size=8).map(" ".join)


@given(st.lists(st.tuples(WORDS_OF_A_CELL, WORDS_OF_A_CELL, st.floats(0, 99)), min_size=1,
                max_size=7), st.integers(34, 120))  # fmt: skip
def test_a_table_at_its_wanted_size_cuts_no_entry(
    entries: list[tuple[str, str, float]], columns: int
) -> None:
    view = Table(["line", "what happened", "loss"], [list(row) for row in entries])
    rows = wanted([view], columns, title="A step").rows
    assert rows is not None
    shown = plain(Plot(Options(title="A step")).draw([view], columns, rows)).split("\n")
    assert not any("…" in row or "more" in row for row in shown)
    assert len("".join("".join(shown[2:]).replace("─", "").split())) >= sum(
        len("".join(text.split())) for one, other, _ in entries for text in (one, other)
    )
    for one, other, _ in entries:
        assert all(any(word in row for row in shown) for word in (one + " " + other).split())


def test_a_table_with_too_few_rows_for_long_entries_cuts_them_and_shows_every_row() -> None:
    view = Table(["line", "what happened"], [["a " * 20, str(n)] for n in range(4)])
    shown = plain(Plot().draw([view], 30, 6))
    assert all(f" {n}" in shown for n in range(4))
    assert "…" in shown


def test_a_comment_without_room_has_a_row_below_its_code() -> None:
    view = Code("for x in loader:\n    loss.backward()      # find the slopes", line=2)
    assert "loss.backward()      # find" in plain(Plot().draw([view], 60, 4))
    rows = plain(Plot().draw([view], 30, 4)).split("\n")
    assert rows[1].rstrip() == "▸ 2      loss.backward()"
    assert rows[2].strip() == "# find the slopes"
    assert wanted([view], 30).rows == 3


@pytest.mark.parametrize("view", [Table(["n"], [[1], [2]]), Bars(["a"], [1.0]), Grid([1.0, 2.0]),
                                  Graph([Node("w", "w")], []), Network([1, 2], [])])  # fmt: skip
def test_a_title_is_there_from_three_rows_on(view: View) -> None:
    assert "a title" in plain(Plot(Options("a title")).draw([view], 40, 3))
