"""Pictures with axes: curves, scatters, surfaces, walkers; their rules and their keys."""

from __future__ import annotations

import numpy as np
import pytest

from engine.history import Series
from engine.plots import Cells, Curve, Ink, Options, Plot, plain
from engine.plots.marks import HEADS
from engine.views import (
    Heatmap,
    Line,
    Mark,
    Path,
    Scatter,
    Walker,
)
from tests.plots.drawing import INF, NAN, inks, series, text

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
    fit = inks(cells, Ink.SERIES_1)
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
    assert "height 1.437" in head  # 3 (a + 2 b) / 3


# Function with a walker


def test_a_walker_stands_on_the_line_with_its_tangent() -> None:
    x = np.linspace(-2, 2, 200)
    content = [Line(x, x * x, plot="function"), Walker(1.0, 1.0, slope=2.0)]
    cells = Plot(Options("f")).draw(content, 60, 20)
    walker = inks(cells, Ink.SERIES_2)
    assert (walker & (cells.chars == HEADS[1])).sum() == 1
    row, column = np.argwhere(walker & (cells.chars == HEADS[1]))[0]
    tangent = np.argwhere(walker)
    right = tangent[tangent[:, 1] > column]
    assert len(right) > 3
    assert (right[:, 0] <= row).all(), "it rises to the right"
    assert "slope 2.000" in plain(cells)


def test_a_noisy_curve_is_a_band_with_its_extremes_as_dots() -> None:
    noise = np.random.default_rng(0).normal(0, 0.2, 5000)
    noise[2500] = 3.0
    cells = Plot(Options("loss")).draw([Curve("train", series(1 + noise))], 80, 30)
    raw = inks(cells, Ink.RAW_1)
    rows = np.flatnonzero(raw.any(axis=1))
    spike = raw[rows[0]]
    assert spike.sum() == 1, "one value far away is one dot"
    assert cells.chars[rows[0], np.flatnonzero(spike)[0]] in "⠁⠂⠄⡀⠈⠐⠠⢀"
    full = raw & np.isin(cells.chars, ["⣿"])
    assert full.any()
    assert np.ptp(np.flatnonzero(full.any(axis=1))) < len(rows) / 2, "no brick from low to high"
