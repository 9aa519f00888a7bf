"""Where epochs begin is marked behind the curves, with room between the marks."""

from __future__ import annotations

from itertools import pairwise

import pytest

from engine.history import Series
from engine.plots import Curve, Glyphs, Plot
from engine.plots.epochs import RULE

COLUMNS = 80


def series(*points: tuple[float, float]) -> Series:
    made = Series()
    for step, value in points:
        made.append(step, value)
    return made


def marked(
    steps: int, epochs: Series, columns: int = 80, glyphs: Glyphs = Glyphs.BRAILLE
) -> list[int]:
    """Columns with a rule in them."""
    curve = Curve("loss", series(*((i, 5.0) for i in range(steps + 1))), epochs=epochs)
    cells = Plot(glyphs=glyphs).draw([curve], COLUMNS, 16)
    rows = ["".join(row) for row in cells.chars[1:-3]]
    sign = RULE if glyphs is not Glyphs.ASCII else "|"
    return [i for i in range(12, COLUMNS) if sum(row[i] == sign for row in rows) > 5]


def test_each_epoch_but_the_first_is_marked_where_it_begins() -> None:
    epochs = series((0, 1), (25, 2), (50, 3), (75, 4))
    found = marked(100, epochs)
    assert len(found) == 3
    assert found[1] - found[0] == pytest.approx(found[2] - found[1], abs=1)


@pytest.mark.parametrize("number", [50, 200, 1000, 3000])
def test_marks_have_room_between_them(number: int) -> None:
    found = marked(number * 3, series(*((3 * i, i + 1) for i in range(number))))
    assert 3 < len(found) < 20
    assert min(b - a for a, b in pairwise(found)) >= 3


def test_they_are_drawn_in_ascii_too() -> None:
    assert len(marked(100, series((0, 1), (50, 2)), glyphs=Glyphs.ASCII)) == 1


def test_where_nobody_knows_what_an_epoch_is_none_is_marked() -> None:
    assert marked(100, series((0, 1), (50, 2), (60, 0))) == []
