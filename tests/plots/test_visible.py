"""Nothing measured is hidden: every point and every series leaves a mark wherever it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.plots import Cells, Curve, Glyphs, Ink, Options, Plot, plain
from engine.plots.axis import Axis
from engine.plots.canvas import DOTS, POINTS
from engine.plots.limits import Span
from engine.plots.output import COLORS
from engine.views import Line, Mark, Path, Scatter, View, Walker
from tests.plots.drawing import inks, series

thorough = settings(deadline=None, max_examples=150)
LIMITS = (-1.0, 1.0)
OPTIONS = Options(x_limits=LIMITS, y_limits=LIMITS)
COORDINATES = st.lists(st.tuples(st.floats(-1.1, 1.1), st.floats(-1.1, 1.1)), max_size=25)
SIZES = st.tuples(st.integers(20, 90), st.integers(8, 30))
LINES = (
    lambda x: 0 * x,
    lambda x: x,
    lambda x: np.sin(9 * x),
    lambda x: np.sign(x) * 0.8,
    lambda x: np.where(abs(x) < 0.2, np.nan, x**3),
)


def drawn(content: list[View], glyphs: Glyphs, colors: str, size: tuple[int, int]) -> Cells:
    """A picture with fixed limits."""
    return Plot(OPTIONS, glyphs, colors).draw(content, *size)


def inside(cells: Cells) -> tuple[int, int, int, int]:
    """The first row and column inside the frame, and how many of each."""
    frame = cells.ink == Ink.FRAME
    if not frame.any():
        return 1, 0, cells.ink.shape[0] - 1, cells.ink.shape[1]
    last = int(np.flatnonzero(frame.mean(axis=1) > 0.5)[-1])
    corner = int(np.flatnonzero(frame[last])[0])
    first = int(np.flatnonzero(frame[:, corner])[0])
    return first, corner + 1, last - first, cells.ink.shape[1] - corner - 1


def cell_of(cells: Cells, glyphs: Glyphs, x: float, y: float) -> tuple[int, int] | None:
    """Where a point lies on the page."""
    top, left, rows, columns = inside(cells)
    wide, high = DOTS[glyphs]
    row = Axis(Span(*LIMITS), rows, high, upward=True).cell(y)
    column = Axis(Span(*LIMITS), columns, wide).cell(x)
    return None if row is None or column is None else (top + row, left + column)


def split(points: list[tuple[float, float]]) -> tuple[list[float], list[float]]:
    """x and y of points."""
    return [x for x, _ in points], [y for _, y in points]


@thorough
@given(
    COORDINATES,
    COORDINATES,
    st.lists(st.sampled_from(LINES), max_size=3, unique=True),
    st.sampled_from(Glyphs),
    st.sampled_from(COLORS),
    SIZES,
)
def test_the_cell_of_every_point_shows_it(
    train: list[tuple[float, float]],
    held_out: list[tuple[float, float]],
    courses: list[type],
    glyphs: Glyphs,
    colors: str,
    size: tuple[int, int],
) -> None:
    x = np.linspace(-1, 1, 300)
    lines = [Line(x, course(x), name=f"line {i}") for i, course in enumerate(courses)]
    points = [Scatter(*split(train)), Scatter(*split(held_out), name="v", group="validation")]
    whole = drawn([*points, *lines], glyphs, colors, size)
    signs = "".join(POINTS[glyphs])
    for kind, some in ((1, train), (2, held_out)):
        for place in filter(None, (cell_of(whole, glyphs, *one) for one in some)):
            assert signs.index(whole.chars[place]) & kind


@thorough
@given(COORDINATES, st.sampled_from(LINES), st.sampled_from(Glyphs), SIZES)
def test_points_leave_a_line_its_colour(
    points: list[tuple[float, float]], course: type, glyphs: Glyphs, size: tuple[int, int]
) -> None:
    x = np.linspace(-1, 1, 300)
    line = Line(x, course(x))
    cells = drawn([Scatter(*split(points)), line], glyphs, "256", size)
    nowhere = [(9.0, 9.0)] * len(points)  # the legend is as long
    bare = drawn([Scatter(*split(nowhere)), line], glyphs, "256", size)
    rows = slice(inside(bare)[0], None)
    seen = (bare.ink[rows] == Ink.SERIES_1) & (bare.chars[rows] != " ")
    assert (cells.ink[rows][seen] == Ink.SERIES_1).all()


def test_series_that_run_together_take_turns_and_say_so() -> None:
    x = np.linspace(-1, 1, 200)
    content: list[View] = [Line(x, x**2, name=name) for name in ("L1", "Huber")]
    cells = drawn(content, Glyphs.BRAILLE, "truecolor", (60, 20))
    shares = [int(inks(cells, Ink(Ink.SERIES_1 + i)).sum()) for i in range(2)]
    assert min(shares) > 0.3 * sum(shares)
    assert "L1 under Huber" in plain(cells)


def test_a_series_that_is_only_crossed_is_not_said_to_be_under_another() -> None:
    x = np.linspace(-1, 1, 200)
    cells = drawn([Line(x, x, name="up"), Line(x, -x, name="down")], Glyphs.BRAILLE, "16", (60, 20))
    assert "under" not in plain(cells)


@pytest.mark.parametrize("glyphs", Glyphs)
def test_curves_of_the_same_values_are_both_seen(glyphs: Glyphs) -> None:
    values = np.linspace(3, 1, 50)
    cells = Plot(glyphs=glyphs).draw(
        [Curve("a", series(values)), Curve("b", series(values))], 60, 16
    )
    assert inks(cells, Ink.SERIES_1).sum() > 8
    assert inks(cells, Ink.SERIES_2).sum() > 8


def test_heads_that_end_in_one_place_stand_beside_each_other() -> None:
    way = np.linspace(-0.8, 0, 40)
    content = [Path(way, way * factor, name=f"{factor}") for factor in (1, -1, 0.5)]
    shown = plain(drawn(list(content), Glyphs.BRAILLE, "none", (60, 20))).split("\n", 1)[1]
    assert all(shown.count(head) == 1 for head in "●■▲")


def test_a_head_does_not_hide_the_minimum() -> None:
    way = np.linspace(-0.8, 0, 40)
    shown = plain(
        drawn([Path(way, way, name="SGD"), Mark(0.0, 0.0)], Glyphs.BRAILLE, "none", (60, 20))
    )
    assert "● × minimum" in shown


def test_walkers_in_one_place_are_counted() -> None:
    content: list[View] = [Walker(0.5, 0.5, name="clean"), Walker(0.5, 0.5, name="broken")]
    cells = drawn(content, Glyphs.BRAILLE, "none", (60, 20))
    assert (inks(cells, Ink.SERIES_2) & (cells.chars == "2")).sum() == 1


def test_a_tangent_leaves_its_curve_to_be_seen() -> None:
    x = np.linspace(-1, 1, 200)
    content: list[View] = [Line(x, 0.5 * x, name="f"), Walker(0.0, 0.0, slope=0.5)]
    cells = drawn(content, Glyphs.BRAILLE, "truecolor", (60, 20))
    tangent = inks(cells, Ink.SERIES_2)
    columns = np.flatnonzero(tangent.any(axis=0))
    curve = inks(cells, Ink.SERIES_1)[:, columns[0] : columns[-1]]
    assert tangent.sum() > 5
    assert curve.sum() > 5


def test_words_of_a_mark_cover_no_point() -> None:
    x = np.linspace(0.05, 0.9, 30)
    points = Scatter(x, 0 * x)
    cells = drawn([points, Mark(0.0, 0.0)], Glyphs.BRAILLE, "none", (60, 20))
    bare = drawn([points], Glyphs.BRAILLE, "none", (60, 20))
    assert inks(cells, Ink.DATA).sum() == inks(bare, Ink.DATA).sum()
    assert "minimum" in plain(cells)


def test_a_series_beside_another_in_the_same_cells_is_not_under_it() -> None:
    x = np.linspace(-1, 1, 200)
    lines: list[View] = [Line(x, 0 * x + dy, name=f"{dy}") for dy in (0.0, 0.02)]
    cells = drawn(lines, Glyphs.BRAILLE, "none", (60, 30))
    assert "under" not in plain(cells)
