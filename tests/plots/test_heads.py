"""Where several heads share a place: their number is told, and is never read as another."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.plots import Glyphs, Options, Plot, plain
from engine.plots.canvas import REACH
from engine.plots.marks import HEADS
from engine.views import Heatmap, Line, Path
from tests.plots.examples import examples
from tests.plots.test_visible import inside

NAMES = ["SGD", "momentum", "Nesterov", "RMSprop", "Adagrad", "Adam", "AdamW"]
HILL = Heatmap(
    np.add.outer(np.ones(20), np.linspace(0, 48.5, 20)),
    (0, 40),
    (0, 9),
    floor=0.01,
    log=True,
    measure="above the minimum",
)
OPTIONS = Options("From above", x_label="x", y_label="y")
WIDTHS, HEIGHTS = st.integers(50, 110), st.integers(12, 30)
PLACES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 1)), min_size=2, max_size=len(NAMES))


@examples(200)
@given(PLACES, st.tuples(st.integers(40, 90), st.integers(8, 30)), st.sampled_from(Glyphs))
def test_numbers_of_heads_are_told_and_never_stand_side_by_side(
    ends: list[tuple[int, int]], size: tuple[int, int], glyphs: Glyphs
) -> None:
    heads = [Path([x], [y], name=name) for name, (x, y) in zip(NAMES, ends, strict=False)]
    cells = Plot(OPTIONS, glyphs).draw([HILL, *heads], *size)
    first, left, rows, _ = inside(cells)
    lines = ["".join(row) for row in cells.chars[first : first + rows, left:].tolist()]
    numbers = [number for line in lines for number in re.findall(r"\d+", line)]
    assert all(len(number) == 1 for number in numbers)
    legend = "\n".join(plain(cells).split("\n")[:first])
    assert not numbers or f"{' '.join(sorted(set(numbers)))} heads" in legend


def test_of_seven_walkers_on_a_small_screen_all_names_and_their_number_are_told() -> None:
    heads = [Path([0.0, 5.0], [4.0, 4.0], name=name) for name in NAMES]
    legend = plain(Plot(OPTIONS).draw([HILL, *heads], 78, 8)).split("\n")[:2]
    assert all(name in "\n".join(legend) for name in (*NAMES, "7 heads"))


@examples(80)
@given(st.integers(2, 9), st.integers(2, 12), st.floats(-1, 1), st.tuples(WIDTHS, HEIGHTS))
def test_a_head_stands_near_the_end_of_its_line(
    many: int, steps: int, height: float, size: tuple[int, int]
) -> None:
    x = np.linspace(0, 1, steps)
    lines = [Line(x, height * x, name=f"line {letter}") for letter in "ABCDEFGHI"[:many]]
    cells = Plot(Options(y_limits=(-1, 1))).draw(lines, *size)
    first, left, rows, _ = inside(cells)
    picture = cells.chars[first : first + rows, left:]
    places = np.argwhere(np.isin(picture, list(HEADS + "23456789")))
    assert len(places)
    assert np.ptp(places[:, 1]) <= REACH[1]
