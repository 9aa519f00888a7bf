"""Pictures without axes: bars, grids, networks, tables, text; and what no picture may do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from engine.plots import Curve, Glyphs, Ink, Options, Plot, plain
from engine.views import (
    Bars,
    Code,
    Grid,
    Network,
    Progress,
    Table,
    Text,
)
from tests.plots.drawing import INF, NAN, inks, series, text

# Bars


def test_bars_grow_by_eighths() -> None:
    shown = text(Bars(["a", "b"], [1.0, 0.507]), size=(60, 6))
    assert "█" in shown
    assert set(shown) & set("▏▎▍▌▋▊▉")


def test_negative_bars_go_left() -> None:
    row = text(Bars(["up", "down"], [1.0, -1.0]), size=(60, 6)).split("\n")
    assert "│█" in row[1]
    assert "█│" in row[3]


def test_bars_on_a_log_scale_say_what_has_no_logarithm() -> None:
    shown = text(Bars(["a", "b", "c"], [1e-3, 1.0, 0.0], log=True), size=(60, 8))
    assert "1 ≤ 0 not on log axis" in shown


def test_more_bars_than_rows_scroll() -> None:
    plot, view = Plot(), Bars([f"bar {i}" for i in range(40)], list(range(40)))
    shown = plain(plot.draw([view], 60, 12))
    assert "… 30 more" in shown
    assert plot.move(0, 100)
    assert "bar 39" in plain(plot.draw([view], 60, 12))


# Grid


def test_a_grid_tells_zero_sign_and_no_number_without_colour() -> None:
    shown = text(Grid([[0.0, -1.5, 2.0], [NAN, INF, -INF]]))
    assert all(f" {word}" in shown for word in ("0", "-1.500", "2.000", "nan", "inf", "-inf"))
    signs = text(Grid([[0.0, -1.5, 2.0], [NAN, INF, 1.0]]), Options(compact=True)).split("\n")
    assert signs[2].startswith("0 · -")
    assert "?" in signs[3]
    assert "!" in signs[3]


def test_a_grid_says_what_is_cut() -> None:
    shown = text(Grid(np.arange(400).reshape(20, 20)), Options(compact=False), size=(60, 10))
    rows = shown.split("\n")
    drawn = sum(len(line.split()) - 1 for line in rows[2:-1])
    assert f"… {400 - drawn} more · rows 0–6 of 20 · columns 0–13 of 20" in rows[-1]


def test_slices_of_four_dimensions_are_turned_to_one_by_one() -> None:
    plot, view = Plot(), Grid(np.arange(2 * 3 * 2 * 2).reshape(2, 3, 2, 2))
    assert "slice [0, 0, :, :]" in plain(plot.draw([view], 60, 10))
    plot.slice(1)
    shown = plain(plot.draw([view], 60, 10))
    assert "slice [0, 1, :, :]" in shown
    assert "7" in shown
    plot.slice(-2)
    assert "slice [1, 2, :, :]" in plain(plot.draw([view], 60, 10))


def test_a_long_vector_is_wrapped_with_the_index_of_each_row() -> None:
    rows = text(Grid(np.arange(100)), size=(50, 16)).split("\n")
    starts = [int(line.split()[0]) for line in rows[2:] if line.strip()]
    assert starts == list(range(0, 100, 10))


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 2, 3), (2, 2, 2, 3), (0, 3)])
def test_any_shape_is_named(shape: tuple[int, ...]) -> None:
    assert f"shape {shape}" in text(Grid(np.ones(shape)))


def test_the_cursor_of_a_grid_reads_an_element() -> None:
    plot, view = Plot(), Grid([[0.125, 1.0], [2.0, 3.0625]])
    plot.draw([view], 60, 10)
    plot.move(0, 0)
    plot.draw([view], 60, 10)
    plot.move(1, 1)
    shown = plain(plot.draw([view], 60, 10))
    assert "[1, 1] = 3.0625" in shown


def test_whole_numbers_and_truths_keep_their_spelling() -> None:
    assert " 12 -7" in text(Grid(np.array([[12, -7]])))
    assert "True" in text(Grid(np.array([[True, False]])))
    assert " 1. -2." in text(Grid(np.array([[1.0, -2.0]])))


# Network


def test_a_network_shows_widths_labels_and_at_most_sixteen_units() -> None:
    weights = [np.ones((40, 3)), -np.ones((1, 40))]
    cells = Plot(Options("net")).draw(
        [Network([3, 40, 1], list(weights), ["in", "hidden", "out"])], 80, 24
    )
    shown = plain(cells)
    assert all(word in shown for word in ("40", "hidden", "out", "⋮"))
    assert shown.count("●") == 3 + 16 + 1
    assert inks(cells, Ink.POSITIVE).any()
    assert inks(cells, Ink.NEGATIVE).any()


def test_weights_differ_without_colour() -> None:
    def lines(weight: float) -> str:
        weights = [np.array([[weight, 1.0]])]
        shown = plain(Plot().draw([Network([2, 1], list(weights))], 60, 14)).split("\n")
        return "\n".join(shown[1:7])

    pictures = {lines(weight) for weight in (1.0, -1.0, 0.5, 0.2, 0.0)}
    assert len(pictures) == 5


@settings(deadline=None, max_examples=30)
@given(arrays(np.float64, (3, 4), elements=st.floats(-1, 1).filter(lambda w: abs(w) > 1e-3)))
def test_every_weight_leaves_a_mark(weights: NDArray[np.float64]) -> None:
    weights[0, 0] = 1.0  # the largest stays, whatever is taken away
    whole = plain(Plot().draw([Network([4, 3], [weights])], 70, 24)).split("\n")[2:]
    for at in list(np.ndindex(3, 4))[1:]:
        without = weights.copy()
        without[at] = 0.0
        shown = plain(Plot().draw([Network([4, 3], [without])], 70, 24))
        assert shown.split("\n")[2:] != whole, at
        assert "zero 1, no line" in shown


def test_units_that_are_not_drawn_are_said() -> None:
    view = Network([3, 40, 1], [np.ones((40, 3)), np.ones((1, 40))])
    assert "16 of 40" in text(view, size=(80, 24))
    assert "6 of 40" in text(view, size=(80, 9))
    assert "3 of 40" in text(view, size=(80, 6))
    assert "3/40" in text(view, size=(18, 6))


def test_a_unit_shows_the_sign_of_its_bias() -> None:
    biases = [np.array([0.5, -0.25, 0.0])]
    view = Network([2, 3], [np.ones((3, 2))], biases=biases)
    shown = text(view, size=(60, 14))
    assert [shown.count(sign) for sign in "⊕⊖●"] == [1, 1, 3]
    assert "bias -0.25 to 0.50" in shown
    stack = Network(
        [1] * 12, [np.ones((1, 1))] * 11, biases=[np.array([n / 10]) for n in range(11)]
    )
    assert "biases 0 to 1.0" in text(stack, size=(60, 14))
    narrow = text(view, size=(30, 14))
    assert "b -0.3 to 0.5" in narrow or "b -0.2 to 0.5" in narrow


# Table, text, code, progress


def test_numbers_of_a_table_stand_point_above_point() -> None:
    view = Table(["name", "time [ms]"], [["a", 1.5], ["b", 22.25], ["c", None], ["d", 3]])
    rows = text(view).split("\n")
    assert rows[0].split() == ["name", "time", "[ms]"]
    assert rows[2].index(".") == rows[3].index(".")
    assert "–" in rows[4]


def test_a_long_table_scrolls_below_its_heads() -> None:
    plot, view = Plot(), Table(["n"], [[i] for i in range(50)])
    assert "… 43 more" in plain(plot.draw([view], 30, 10))
    plot.move(0, 60)
    shown = plain(plot.draw([view], 30, 10)).split("\n")
    assert shown[0].strip() == "n"
    assert "49" in shown[-2]


def test_text_is_wrapped_and_code_marked() -> None:
    assert text(Text("one two three four"), size=(9, 4)).split("\n")[:2] == ["one two", "three"]
    assert "▸ 2" in text(Code("x = 1\ny = x", line=2))


def test_progress_takes_one_row_of_a_stack() -> None:
    rows = plain(Plot().draw([Progress(5, 10), Grid([1.0])], 60, 10)).split("\n")
    assert "5 of 10 epoch" in rows[0]
    assert rows[0].startswith("━")
    assert "shape" in rows[1]


# Safety


def test_escape_codes_in_labels_are_only_shown() -> None:
    shown = text(Bars(["\x1b[31mred\x1b[0m\n"], [1.0]))
    assert "\x1b" not in shown
    assert "?[31mred" in shown


def test_wide_characters_keep_their_rows_straight() -> None:
    narrow, wide = text(Bars(["ab", "xx"], [1.0, 2.0])), text(Bars(["損", "xx"], [1.0, 2.0]))
    assert [line.replace("損", "ab") for line in wide.split("\n")] == narrow.split("\n")


def test_ascii_tells_curves_apart_by_their_letters() -> None:
    curves = [Curve("a", series([1.0, 2.0])), Curve("b", series([2.0, 1.0]))]
    shown = plain(Plot(glyphs=Glyphs.ASCII).draw(curves, 60, 16))
    assert "* a" in shown
    assert "+ b" in shown
    assert shown.count("*") > 10
    assert shown.count("+") > 10
