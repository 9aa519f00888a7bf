"""Ticks and data share one scale: a number is drawn where its tick stands, in every picture."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.plots import Cells, Curve, Glyphs, Ink, Options, Plot
from engine.plots.axis import Axis
from engine.plots.canvas import DOTS
from engine.plots.limits import Span
from engine.plots.ticks import ticks
from engine.views import Line, Scatter
from tests.plots.drawing import series
from tests.plots.examples import examples

thorough = examples(200)
UNITS = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
SIZES = st.tuples(st.integers(24, 110), st.integers(8, 45))
GLYPHS = st.sampled_from(Glyphs)


def lines_of(cells: Cells) -> list[str]:
    """The rows of the picture."""
    return ["".join(row) for row in cells.chars.tolist()]


def frame_row(cells: Cells) -> int | None:
    """The row of the axis across: most of it is frame."""
    found = np.flatnonzero((cells.ink == Ink.FRAME).mean(axis=1) > 0.5)
    return int(found[-1]) if len(found) else None


def upright_ticks(cells: Cells) -> dict[int, str]:
    """Labels of the upright axis by their rows."""
    end = frame_row(cells)
    if end is None:
        return {}
    margin = int(np.flatnonzero(cells.ink[end] == Ink.FRAME)[0])
    return {
        row: "".join(cells.chars[row, :margin]).strip()
        for row in range(end)
        if cells.ink[row, margin] == Ink.FRAME and cells.chars[row, margin] in "┤+"
    }


def ticks_across(cells: Cells) -> dict[int, str]:
    """Labels of the axis across by the columns of their ticks."""
    row = frame_row(cells)
    if row is None:
        return {}
    axis, below = lines_of(cells)[row : row + 2]
    corner = int(np.flatnonzero(cells.ink[row] == Ink.FRAME)[0])
    words = [(match.start(), match.end(), match[0]) for match in re.finditer(r"\S+", below)]
    return {
        column: word
        for column, char in enumerate(axis)
        if char in "┬+" and column > corner
        for start, end, word in words
        if start <= column < end
    }


def number(label: str) -> float:
    """What a label says."""
    return float(label[:-1]) * UNITS[label[-1]] if label[-1] in UNITS else float(label)


def drawn_in(cells: Cells, ink: Ink) -> list[list[int]]:
    """The cells with this ink, without the legend."""
    found = np.argwhere(cells.ink == ink)
    return [place for place in found.tolist() if place[0] > 0]


def limits(draw: Any, log: bool) -> tuple[float, float]:
    """Limits somebody may ask for."""
    if log:
        low = draw(st.floats(-12, 10))
        return 10**low, 10 ** (low + draw(st.floats(0.3, 14)))
    size = 10 ** draw(st.floats(-6, 6))
    low = draw(st.one_of(st.floats(-3, 3), st.sampled_from([-1.0, -0.5, 0.0]))) * size
    return low, low + size


@thorough
@given(st.data(), st.booleans(), st.booleans(), SIZES, GLYPHS)
def test_a_number_is_drawn_in_the_row_and_column_of_its_tick(
    data: st.DataObject, x_log: bool, y_log: bool, size: tuple[int, int], glyphs: Glyphs
) -> None:
    across, upward = limits(data.draw, x_log), limits(data.draw, y_log)
    plot = Plot(Options(x_log=x_log, y_log=y_log, x_limits=across, y_limits=upward), glyphs)
    empty = plot.draw([Scatter([], [])], *size)
    rows, columns = upright_ticks(empty), ticks_across(empty)
    assume(not any(label.startswith("+") for label in rows.values()))  # they are from a base
    for row, column in zip(rows, list(columns) * len(rows), strict=False):
        x, y = number(columns[column]), number(rows[row])
        cells = plot.draw([Scatter([x], [y])], *size)
        assert drawn_in(cells, Ink.DATA) == [[row, column]]
        # One value of a line so long that it is gathered into columns first; the legend says of
        # the others that they are not there, and may take a row more.
        steps = np.sort(np.append(np.linspace(*across, 4 * size[0]), x))
        cells = plot.draw([Line(steps, np.where(steps == x, y, np.nan))], *size)
        places = [
            [at, across_at]
            for at, label in upright_ticks(cells).items()
            for across_at, word in ticks_across(cells).items()
            if (label, word) == (rows[row], columns[column])
        ]
        if places:
            assert drawn_in(cells, Ink.SERIES_1) == places


@thorough
@given(st.floats(-8, 6), st.floats(0.8, 16), SIZES, GLYPHS, st.booleans())
def test_decades_are_evenly_spaced(
    low: float, decades: float, size: tuple[int, int], glyphs: Glyphs, across: bool
) -> None:
    values = [10**low, 10 ** (low + decades)]
    view = Line(values, [0.0, 1.0]) if across else Line([0.0, 1.0], values)
    cells = Plot(Options(x_log=across, y_log=not across), glyphs).draw([view], *size)
    found = ticks_across(cells) if across else upright_ticks(cells)
    places = {round(np.log10(number(label)), 6): place for place, label in found.items()}
    whole = [(unit, place) for unit, place in sorted(places.items()) if unit == round(unit)]
    gaps = {(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(whole)}
    assert len(gaps) <= 1


@thorough
@given(st.floats(-100, 100), st.floats(0.1, 300), st.integers(1, 5), GLYPHS)
def test_on_few_rows_ticks_are_evenly_spaced_numbers(
    low: float, size: float, rows: int, glyphs: Glyphs
) -> None:
    axis = Axis(Span(low, low + size), rows, DOTS[glyphs][1], upward=True)
    steps = [b - a for a, b in pairwise(sorted(ticks(axis).at))]
    assert not steps or max(steps) - min(steps) < 1e-6 * max(steps)


VALUES = st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=20)


@thorough
@given(VALUES, st.booleans(), SIZES)
def test_an_axis_of_six_rows_has_three_ticks(
    values: list[float], log: bool, size: tuple[int, int]
) -> None:
    if log:
        values = [abs(value) + 1e-3 for value in values]
    spread = max(values) - min(values)
    assume(spread == 0 or spread > 1e-6 * max(map(abs, values)))  # floats have digits left
    cells = Plot(Options(y_log=log)).draw([Curve("loss", series(values))], *size)
    inside = sum("│" in line or "┤" in line for line in lines_of(cells))
    found = upright_ticks(cells)
    if inside >= 6:
        assert len(found) >= 3
    assert list(found.values()) != ["0"]


@thorough
@given(st.data(), st.booleans(), st.integers(10, 30))
def test_limits_somebody_asked_for_have_three_ticks_too(
    data: st.DataObject, log: bool, rows: int
) -> None:
    options = Options(y_log=log, y_limits=limits(data.draw, log))
    cells = Plot(options).draw([Scatter([1.0], [1.0])], 80, rows)
    assert len(upright_ticks(cells)) >= 3


FAR_OUT = st.floats(-300, 299)
"""Exponents up to where floats end."""


@thorough
@given(
    FAR_OUT,
    st.floats(0.02, 300),
    st.floats(-1, 1),
    st.booleans(),
    st.integers(60, 110),
    st.integers(10, 45),
)
def test_limits_at_the_ends_of_floats_have_ticks_that_can_be_read(
    exponent: float, decades: float, share: float, log: bool, columns: int, rows: int
) -> None:
    if log:
        between = 10**exponent, 10 ** min(exponent + decades, 300)
    else:
        size = 10.0 ** max(exponent, -250)
        between = share * size, share * size + size * 10 ** (-decades / 100)
    assume(between[0] < between[1])
    for options, found_by in (
        (Options(y_log=log, y_limits=between), upright_ticks),
        (Options(x_log=log, x_limits=between), ticks_across),
    ):
        cells = Plot(options).draw([Scatter([], [])], columns, rows)
        found = found_by(cells)
        assert len(found) >= 3
        if not any(label.startswith("+") for label in found.values()):
            slack = 1e-6 * (between[1] - between[0])
            values = [number(label) for label in found.values()]
            assert all(between[0] - slack <= value <= between[1] + slack for value in values)


@examples(60)
@given(SIZES, st.floats(1.0, 9.0))
def test_the_flat_half_of_relu_lies_at_zero(size: tuple[int, int], reach: float) -> None:
    options, x = Options(x_limits=(-5, 5)), np.linspace(-5, 0, 200)
    whole = Line([-5.0, 5.0], [-reach / 9, reach])  # sets the axis, as the value beside the slope
    cells = Plot(options).draw([whole], *size)
    zero = {row for row, label in upright_ticks(cells).items() if label == "0"}
    flat = Plot(options).draw([Line(x, 0 * x), Line([4.0, 5.0], [-reach / 9, reach])], *size)
    inside = flat.ink[:, : size[0] // 2].copy()
    inside[0] = 0
    rows, _ = np.nonzero((inside >= Ink.SERIES_1) & (inside < Ink.TEXT))
    assert set(rows.tolist()) == zero
