"""Nothing measured is hidden: every point and every series leaves a mark wherever it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.plots import Cells, Curve, Glyphs, Ink, Options, Plot, plain
from engine.plots.axis import Axis, nearest
from engine.plots.canvas import DOTS, POINTS
from engine.plots.limits import Span
from engine.plots.output import COLORS
from engine.views import Line, Mark, Path, Scatter, View, Walker
from tests.plots.drawing import inks, series
from tests.plots.examples import examples

thorough = examples(150)
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


@st.composite
def crowds(draw: st.DrawFn) -> list[tuple[float, float]]:
    """Many points about a wave, as data often are."""
    many, noise = draw(st.integers(40, 400)), draw(st.floats(0, 0.3))
    random = np.random.default_rng(draw(st.integers(0, 999)))
    x = random.uniform(-1.1, 1.1, many)
    y = np.sin(draw(st.floats(0, 9)) * x) + random.normal(0, noise, many)
    return list(zip(x.tolist(), y.tolist(), strict=True))


POINTS_OF_A_KIND = COORDINATES | crowds()


def dot_of(x: float, y: float, rows: int, columns: int) -> int:
    """The bit of a point's dot in its cell of braille."""
    wide, high = DOTS[Glyphs.BRAILLE]
    across, upward = (
        Axis(Span(*LIMITS), columns, wide),
        Axis(Span(*LIMITS), rows, high, upward=True),
    )
    place = [
        nearest(float(axis.places(np.array([v]))[0])) for axis, v in ((across, x), (upward, y))
    ]
    return 1 << [0, 3, 1, 4, 2, 5, 6, 7][place[1] % high * wide + place[0] % wide]


def split(points: list[tuple[float, float]]) -> tuple[list[float], list[float]]:
    """x and y of points."""
    return [x for x, _ in points], [y for _, y in points]


@thorough
@given(
    POINTS_OF_A_KIND,
    POINTS_OF_A_KIND,
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
    # The same rows for the legend, and the lines alone.
    away = [Scatter([9.0] * len(each.x), [9.0] * len(each.x), each.name, each.group)
            for each in points]  # fmt: skip
    bare = drawn([*away, *lines], glyphs, colors, size)
    signs = "".join(POINTS[glyphs])
    _, _, rows, columns = inside(whole)
    for kind, ink, some in ((1, Ink.DATA, train), (2, Ink.VALIDATION, held_out)):
        for one in some:
            place = cell_of(whole, glyphs, *one)
            if place is None:
                continue
            char = str(whole.chars[place])
            if char in signs:
                assert signs.index(char) & kind
                continue
            # Among many, the point's own dot, in the ink of its kind or beside a line's dots.
            assert ord(char) - 0x2800 & dot_of(*one, rows, columns)
            beside = Ink.SERIES_1 <= whole.ink[place] <= Ink.SERIES_8 and char != bare.chars[place]
            assert whole.ink[place] == ink or (beside and kind == 1)


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
    assume(inside(cells) == inside(bare))  # what a sign means may take a row of the legend
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


@examples(100)
@given(
    POINTS_OF_A_KIND,
    POINTS_OF_A_KIND,
    st.booleans(),
    st.sampled_from(Glyphs),
    st.tuples(st.integers(60, 90), st.integers(14, 30)),
)
def test_what_a_sign_for_several_means_is_in_the_legend(
    train: list[tuple[float, float]],
    held_out: list[tuple[float, float]],
    is_crossed: bool,
    glyphs: Glyphs,
    size: tuple[int, int],
) -> None:
    x = np.linspace(-1, 1, 300)
    content: list[View] = [
        Scatter(*split(train)),
        Scatter(*split(held_out), name="v", group="validation"),
        *([Line(x, np.sin(5 * x))] if is_crossed else []),
    ]
    cells = drawn(content, glyphs, "256", size)
    first, _, rows, _ = inside(cells)
    head = "\n".join(plain(cells).split("\n")[:first])
    drawn_there = cells.chars[first : first + rows]
    signs = [str(sign) for sign in POINTS[glyphs]]
    assert ("both kinds" in head) == (signs[3] in drawn_there)
    on_lines = [sign for sign in signs[5:] if sign in drawn_there]
    assert ("on a line" in head) == bool(on_lines)
    assert not on_lines or " ".join(on_lines) + " on a line" in head


def test_how_many_heads_are_in_one_place_is_said() -> None:
    content: list[View] = [Walker(0.5, 0.5, name="clean"), Walker(0.5, 0.5, name="broken")]
    assert "2 heads in one place" in plain(drawn(content, Glyphs.BRAILLE, "none", (90, 20)))
