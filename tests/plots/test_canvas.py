"""Dots: clipped before they are drawn, whole lines, no colour but their own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.plots import Glyphs, Ink
from engine.plots.canvas import Canvas
from engine.plots.limits import Span
from engine.plots.page import Page

COLUMNS, ROWS = 30, 10


def canvas(glyphs: Glyphs = Glyphs.BRAILLE) -> Canvas:
    """A blank canvas from 0 to 1 in both directions."""
    return Canvas(Page.blank(ROWS, COLUMNS), Span(0.0, 1.0), Span(0.0, 1.0), glyphs)


def dots(drawn: Canvas) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """The dots of a braille canvas, one by one; shape (4 rows, 2 columns)."""
    codes = np.vectorize(lambda char: 0 if char == " " else ord(char) - 0x2800)(drawn.page.chars)
    found = np.zeros((4 * ROWS, 2 * COLUMNS), bool)
    for bit, (y, x) in enumerate([(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (3, 0), (3, 1)]):
        found[y::4, x::2] = codes >> bit & 1
    return found


COORDINATES = st.one_of(st.floats(-2, 3), st.sampled_from([-1e12, 1e12, 1e300, -1e300, 0.0, 1.0]))


@given(COORDINATES, COORDINATES, COORDINATES, COORDINATES)
def test_a_line_runs_through_the_dots_nearest_to_it(a: float, b: float, c: float, d: float) -> None:
    drawn = canvas()
    x, y = np.array([a, c]), np.array([b, d])
    drawn.polyline(drawn.px(x), drawn.py(y), Ink.DATA)
    rows, columns = np.nonzero(dots(drawn))
    (x0, x1), (y0, y1) = drawn.px(x), drawn.py(y)
    length = np.hypot(x1 - x0, y1 - y0)
    if length > 1e-9:
        away = np.abs((x1 - x0) * (rows - y0) - (y1 - y0) * (columns - x0)) / length
        assert np.all(away < 1.5)


def test_a_line_across_has_a_dot_in_every_column() -> None:
    drawn = canvas()
    x = np.array([-5.0, 6.0])
    drawn.polyline(drawn.px(x), drawn.py(np.array([-1.0, 2.0])), Ink.DATA)
    found = dots(drawn)
    inside = np.flatnonzero(found.any(axis=0))
    assert np.all(np.diff(inside) == 1)


@pytest.mark.parametrize("height", [1e5, 1e9, 1e300])
def test_a_spike_is_one_column_up_to_the_edge(height: float) -> None:
    drawn = canvas()
    y = np.full(61, 0.5)
    y[30] = height
    drawn.polyline(drawn.px(np.linspace(0, 1, 61)), drawn.py(y), Ink.DATA)
    found = dots(drawn)
    assert found[0].sum() == 2  # up beside the spike and down again
    assert not found[25:].any()


@pytest.mark.parametrize("glyphs", Glyphs)
def test_columns_are_filled_and_joined(glyphs: Glyphs) -> None:
    drawn = canvas(glyphs)
    n = drawn.across
    low, high = np.full(n, 0.2), np.full(n, 0.2)
    low[n // 2 :], high[n // 2 :] = 0.8, 0.8
    rows = drawn.py(np.stack([low, high, low, high]))
    drawn.profile(np.arange(n), rows, Ink.DATA)
    written = drawn.page.chars != " "
    assert written.any(axis=0).all()
    middle = written[:, COLUMNS // 2 - 1 : COLUMNS // 2 + 1].any(axis=1)
    assert middle[2:8].all(), "the jump is joined without a gap"


def test_a_filled_column_is_the_line_between_its_ends() -> None:
    filled, walked = canvas(), canvas()
    rng = np.random.default_rng(1)
    low, high = np.sort(rng.uniform(-0.5, 1.5, (2, filled.across)), axis=0)
    x = np.arange(filled.across)
    for column in x:
        one = np.array([column])
        rows = filled.py(np.array([[low[column]], [high[column]], [low[column]], [high[column]]]))
        filled.profile(one, rows, Ink.DATA)
    px = x.astype(float)
    walked.segments(px, walked.py(low), px, walked.py(high), Ink.DATA)
    together = canvas()
    gap = np.full(len(x), np.nan)
    together.profile(x, np.stack([gap, gap, together.py(low), together.py(high)]), Ink.DATA)
    np.testing.assert_array_equal(dots(together), dots(walked))


def test_what_is_drawn_later_takes_the_whole_cell() -> None:
    drawn = canvas()
    drawn.points(np.array([0.0, 1.0]), np.array([0.0, 3.0]), Ink.DATA)
    drawn.points(np.array([1.0]), np.array([1.0]), Ink.FIT)
    assert drawn.page.chars[0, 0] == "⠐"
    assert drawn.page.ink[0, 0] == Ink.FIT


@given(st.lists(st.floats(), max_size=50), st.lists(st.floats(), max_size=50))
def test_anything_may_be_a_coordinate(x: list[float], y: list[float]) -> None:
    drawn = canvas()
    n = min(len(x), len(y))
    px, py = drawn.px(np.array(x[:n])), drawn.py(np.array(y[:n]))
    drawn.polyline(px, py, Ink.DATA)
    drawn.points(px, py, Ink.DATA)
