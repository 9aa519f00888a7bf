"""What a person sees: each view, its rules, its keys."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import ArrayLike

from engine.history import Series
from engine.plots import Cells, Curve, Glyphs, Ink, Options, Plot, plain
from engine.plots.layers import HEADS
from engine.views import (
    Bars,
    Code,
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

NAN, INF = float("nan"), float("inf")


def series(values: ArrayLike) -> Series:
    """A series over steps from 0."""
    made = Series()
    known = np.asarray(values, dtype=np.float64)
    made.extend(range(len(known)), known)
    return made


def text(
    view: View | Curve, options: Options | None = None, size: tuple[int, int] = (60, 16)
) -> str:
    """A picture of one view as text."""
    return plain(Plot(options).draw([view], *size))


def inks(cells: Cells, ink: Ink) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Where an ink is, below the legend; shape (rows, columns)."""
    found: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = cells.ink == ink
    found[0] = False
    return found


# Curves


def test_a_noisy_curve_is_dim_with_its_course_bright_on_top() -> None:
    noise = np.random.default_rng(0).normal(0, 0.2, 5000)
    cells = Plot(Options("loss")).draw([Curve("train", series(1 + noise))], 80, 20)
    raw, course = inks(cells, Ink.RAW_1), inks(cells, Ink.SERIES_1)
    assert raw.sum() > course.sum()
    rows = np.nonzero(course)[0]
    assert np.ptp(rows) <= 3, "the course of steady noise is level"
    assert course.any(axis=0).sum() > 70


def test_a_short_curve_is_drawn_as_it_is() -> None:
    cells = Plot(Options("loss")).draw([Curve("train", series([3.0, 1.0, 2.0]))], 60, 16)
    assert not inks(cells, Ink.RAW_1).any()
    assert inks(cells, Ink.SERIES_1).any()


def test_the_legend_names_six_curves_and_their_current_values() -> None:
    names = ["a", "b", "c", "d", "e", "f"]
    curves = [Curve(name, series([1.0, 2.0 + i])) for i, name in enumerate(names)]
    cells = Plot(Options("six")).draw(curves, 110, 20)
    head = plain(cells).split("\n")[0]
    assert all(f"{HEADS[i]} {name} {2.0 + i:.3f}" in head for i, name in enumerate(names))
    assert {int(Ink.SERIES_1) + i for i in range(6)} <= set(cells.ink.ravel().tolist())


def test_the_order_of_names_gives_the_colours() -> None:
    plot = Plot(Options(order=("validation", "train")))
    cells = plot.draw([Curve("train", series([1.0, 2.0]))], 60, 16)
    assert inks(cells, Ink.SERIES_2).any()


def test_a_colour_stays_with_its_name() -> None:
    plot = Plot()
    plot.draw([Curve("a", series([1.0, 2.0])), Curve("b", series([2.0, 3.0]))], 60, 16)
    cells = plot.draw([Curve("b", series([2.0, 3.0]))], 60, 16)
    assert inks(cells, Ink.SERIES_2).any()
    assert not inks(cells, Ink.SERIES_1).any()


def test_the_run_before_is_a_ghost() -> None:
    curve = Curve("loss", series([3.0, 2.0, 1.0]), ghost=series([4.0, 3.5, 3.0]))
    assert inks(Plot().draw([curve], 60, 16), Ink.GHOST).any()


def test_not_a_number_breaks_a_line_and_is_counted() -> None:
    whole = text(Curve("loss", series([1.0] * 9)))
    broken = text(Curve("loss", series([1.0, 1, 1, NAN, INF, 1, 1, 1, 1])))
    assert "2 NaN/inf" in broken
    assert sum("⠀" < char <= "⣿" for char in broken) < sum("⠀" < char <= "⣿" for char in whole)
    assert "NaN" not in whole


def test_a_log_axis_says_what_it_cannot_show() -> None:
    shown = text(Curve("loss", series([1.0, 0.1, 0.0, -1.0, 0.01])), Options(y_log=True))
    assert "2 ≤ 0 not on log axis" in shown
    assert "0.01┤" in shown
    assert "0.1┤" in shown


@pytest.mark.parametrize("values", [[], [NAN, NAN], [INF]])
def test_nothing_to_draw_is_said(values: list[float]) -> None:
    shown = text(Line(np.arange(len(values)) * NAN, values))
    assert "no data yet" in shown


@pytest.mark.parametrize("values", [[0.3], [0.3, 0.3, 0.3]])
def test_one_value_lies_inside_its_axis(values: list[float]) -> None:
    rows = text(Curve("loss", series(values))).split("\n")
    at = next(i for i, row in enumerate(rows[1:], 1) if any(c > "⠀" or c in HEADS for c in row))
    assert 3 < at < 13


def test_the_picture_is_the_same_at_any_length() -> None:
    def picture(n: int) -> str:
        t = np.arange(n) / n
        made = Series()
        made.extend(t, np.exp(-4 * t))
        return plain(Plot(Options(x_limits=(0, 1))).draw([Curve("loss", made)], 80, 20))

    short, long = picture(20_000).split("\n"), picture(1_000_000).split("\n")
    differing = sum(
        a != b for x, y in zip(short, long, strict=True) for a, b in zip(x, y, strict=False)
    )
    assert differing < 12  # the edge of a bucket may lie one dot beside the edge of a column


def test_zoom_shows_the_last_part_and_comes_back() -> None:
    plot, curve = Plot(), Curve("loss", series(np.linspace(10, 0, 1000).tolist()))
    whole = plain(plot.draw([curve], 80, 20))
    assert plot.zoom(2)
    assert plot.zoom(2)
    last = plain(plot.draw([curve], 80, 20))
    assert " 800" in last
    assert " 200 " not in last
    assert plot.zoom(0)
    assert plain(plot.draw([curve], 80, 20)) == whole


def test_the_cursor_reads_values_and_leaves() -> None:
    plot, curve = Plot(Options(x_label="step")), Curve("loss", series([5.0, 4.0, 3.0, 2.0, 1.0]))
    current = plain(plot.draw([curve], 60, 16))
    assert plot.move(-1, 0)
    at_end = plain(plot.draw([curve], 60, 16)).split("\n")[0]
    assert "│ step 4" in at_end
    assert "loss 1.000" in at_end
    for _ in range(100):
        plot.move(-1, 0)
        start = plain(plot.draw([curve], 60, 16)).split("\n")[0]
    assert "step 0" in start
    assert "loss 5.000" in start
    assert not plot.move(-1, 0), "at the edge the key is free for others"
    assert plot.leave()
    assert plain(plot.draw([curve], 60, 16)) == current
    assert not plot.leave()


# Scatter with fit


def test_the_fit_lies_above_the_points_in_its_own_colour() -> None:
    x = np.linspace(-1, 1, 400)
    cells = Plot().draw([Scatter(x, x), Line(x, x)], 60, 20)
    fit = inks(cells, Ink.FIT)
    assert fit.any(axis=0).sum() > 40
    assert not (inks(cells, Ink.DATA) & fit).any()
    swapped = Plot().draw([Line(x, x), Scatter(x, x)], 60, 20)
    np.testing.assert_array_equal(swapped.chars, cells.chars)


def test_validation_points_differ_by_glyph() -> None:
    content = [
        Scatter([0.0, 1.0], [0.0, 1.0]),
        Scatter([0.5], [0.5], name="held out", group="validation"),
    ]
    shown = plain(Plot().draw(content, 60, 20))
    assert shown.count("×") == 2  # one in the legend, one in the picture


def test_residuals_are_drawn_on_request() -> None:
    content = [Scatter([0.0, 1.0, 2.0], [3.0, -2.0, 5.0]), Line([0.0, 2.0], [0.0, 2.0])]
    assert not inks(Plot().draw(content, 60, 20), Ink.GHOST).any()
    assert inks(Plot(Options(residuals=True)).draw(content, 60, 20), Ink.GHOST).sum() > 5


# Surface with paths


def surface(*, contour: bool = False) -> Cells:
    """A bowl with a path across it."""
    x, y = np.meshgrid(np.linspace(-2, 2, 30), np.linspace(-2, 2, 30))
    content = [
        Heatmap(x * x + y * y, (-2, 2), (-2, 2)),
        Path([-1.8, 1.0, 0.1], [1.8, 0.5, 0.1], name="SGD"),
        Mark(0.0, 0.0, name="minimum"),
    ]
    return Plot(Options(contour=contour)).draw(content, 70, 24)


def test_paths_keep_the_paper_below_them() -> None:
    cells = surface()
    path = inks(cells, Ink.SERIES_1)
    assert path.sum() > 20
    assert (cells.paper[path] > 0).all()


def test_a_surface_is_low_where_the_function_is_low() -> None:
    paper = surface().paper[2:-3, 8:]
    middle = paper[paper.shape[0] // 2, paper.shape[1] // 2]
    assert middle == paper[paper > 0].min()
    assert middle + 6 < paper[0, 0]
    assert middle + 6 < paper[-1, -1]


def test_head_and_marks_are_named() -> None:
    shown = plain(surface())
    assert "● SGD" in shown
    assert "× minimum" in shown


def test_contours_stand_instead_of_papers() -> None:
    cells = surface(contour=True)
    assert not cells.paper.any()
    assert inks(cells, Ink.GHOST).sum() > 40


def test_holes_in_a_surface_are_said() -> None:
    z = np.ones((4, 4))
    z[1, 1], z[2, 2] = NAN, INF
    assert "2 NaN/inf" in text(Heatmap(z, (0, 1), (0, 1)))


def test_crosshair_reads_the_height() -> None:
    plot = Plot(Options(x_label="a", y_label="b"))
    view = Heatmap([[0.0, 1.0], [2.0, 3.0]], (0, 1), (0, 1))
    plot.draw([view], 61, 21)
    plot.move(0, 0)
    head = plain(plot.draw([view], 61, 21)).split("\n")[0]
    assert "│ a 0.50" in head
    assert "─ b 0.4683" in head
    assert "f 1.437" in head  # 3 (a + 2 b) / 3


# Function with a walker


def test_a_walker_stands_on_the_line_with_its_tangent() -> None:
    x = np.linspace(-2, 2, 200)
    content = [Line(x, x * x, plot="function"), Walker(1.0, 1.0, slope=2.0)]
    cells = Plot(Options("f")).draw(content, 60, 20)
    assert inks(cells, Ink.ACCENT).sum() == 1
    row, column = np.argwhere(inks(cells, Ink.ACCENT))[0]
    tangent = np.argwhere(inks(cells, Ink.FIT))
    right = tangent[tangent[:, 1] > column]
    assert (right[:, 0] <= row).all(), "it rises to the right"
    assert "slope 2.000" in plain(cells)


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
    assert "o b" in shown
    assert shown.count("*") > 10
    assert shown.count("o") > 10
