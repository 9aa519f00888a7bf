"""Surfaces: two heights to a cell, lines at round heights, a bar with numbers, dots for steps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.plots import Cells, Glyphs, Ink, Options, Plot, ansi, plain
from engine.plots.cells import HEAT_LEVELS
from engine.plots.heights import Heights, contours
from engine.plots.palette import DARK, LIGHT, Palette
from engine.plots.surface import HALF
from engine.views import Heatmap, Mark, Path

BARE = Options(x_limits=(0.0, 1.0), y_limits=(0.0, 1.0))


def slope(**settings: object) -> Heatmap:
    """Height 0 at the foot, 1 at the top."""
    z = np.linspace(0, 1, 65)[:, None] * np.ones((1, 5))
    return Heatmap(z, (0, 1), (0, 1), **settings)  # type: ignore[arg-type]


def body(cells: Cells) -> Cells:
    """The surface without legend, frame and ticks."""
    kept = cells.paper > 0
    kept[0] = False
    rows, columns = np.flatnonzero(kept.any(axis=1)), np.flatnonzero(kept.any(axis=0))
    part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return Cells(cells.chars[part], cells.ink[part], cells.paper[part])


def test_a_cell_has_two_heights() -> None:
    cells = body(Plot().draw([slope()], 40, 12))
    halved = cells.chars == HALF
    assert halved.any()
    upper = cells.ink[halved].astype(int) - int(Ink.HEAT_1) + 1
    assert (upper == cells.paper[halved] + 1).all(), "one step higher than the half below"


@pytest.mark.parametrize("palette", [DARK, LIGHT])
def test_both_halves_of_a_cell_have_the_colours_of_the_papers(palette: Palette) -> None:
    for level in range(1, HEAT_LEVELS + 1):
        ink = Ink(Ink.HEAT_1 + level - 1)
        assert palette.inks[ink] == palette.heat[level - 1]
        assert palette.ink_256(ink) == palette.paper_256(level)


def test_both_halves_are_written_in_the_colours_of_a_terminal() -> None:
    cells = Plot().draw([slope()], 40, 12)
    row, column = np.argwhere(cells.chars == HALF)[0]
    upper = DARK.heat[int(cells.ink[row, column]) - int(Ink.HEAT_1)]
    rgb = ";".join(str(int(upper[i : i + 2], 16)) for i in (1, 3, 5))
    assert f"38;2;{rgb};" in ansi(cells)
    assert f"38;5;{DARK.paper_256(DARK.heat.index(upper) + 1)};" in ansi(cells, "256")


@pytest.mark.parametrize("colors", ["16", "none"])
def test_few_colours_keep_their_shades(colors: str) -> None:
    cells = Plot(colors=colors).draw([slope()], 40, 12)
    assert HALF not in plain(cells)
    assert "░" in plain(cells)


def test_lines_run_where_the_bar_says() -> None:
    view = Heatmap(np.linspace(0, 0.99, 65)[:, None], (0, 1), (0, 1))
    cells = Plot().draw([view], 60, 42)
    assert "height 0 " in plain(cells)
    assert "0.99   lines every 0.2" in plain(cells)
    dotted = (cells.chars >= "\u2801") & (cells.chars <= "\u28ff")
    assert np.count_nonzero(dotted.sum(axis=1) > 40) == 4  # 0.2, 0.4, 0.6, 0.8


def test_the_bar_says_what_it_measures() -> None:
    z = np.array([[0.0, 1.0], [10.0, 1000.0]])
    view = Heatmap(z, (0, 1), (0, 1), log=True, floor=0.1, measure="loss")
    head = plain(Plot().draw([view], 80, 12)).split("\n")[0]
    assert head.startswith("loss ≤0.1 ")
    assert "1000   lines ×" in head
    assert "not on log axis" not in head


FINITE = st.floats(-1e6, 1e6, allow_nan=False)


@settings(deadline=None)
@given(FINITE, FINITE, st.booleans())
@example(0.0, 5e-324, False)
def test_there_are_few_lines_and_more_than_none(low: float, spread: float, log: bool) -> None:
    low, high = (abs(low) + 1e-3, abs(low) + 1e-3 + abs(spread) + 1) if log else (low, low + spread)
    heights = Heights(Heatmap([[low, high]], (0, 1), (0, 1), log=log))
    found = contours(heights)
    if found is None:
        return
    least, most = heights.range
    count = np.floor(most / found.step) - np.floor(least / found.step)
    assert 0 <= count <= 10
    if not log:
        assert count >= 3


PLACES = st.lists(st.tuples(st.floats(0.02, 0.98), st.floats(0.02, 0.98)), min_size=1, max_size=30)


def near(cells: Cells, x: float, y: float, ink: Ink) -> bool:
    """Whether something in this ink stands at a place, give or take one cell."""
    rows, columns = cells.chars.shape
    row, column = round((1 - y) * (rows - 1)), round(x * (columns - 1))
    around = np.s_[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
    return bool(((cells.ink[around] == ink) & np.isin(cells.chars[around], ("•", "●"))).any())


@settings(deadline=None, max_examples=60)
@given(PLACES, st.sampled_from([Glyphs.BRAILLE, Glyphs.BLOCKS]))
def test_every_landing_is_a_dot(places: list[tuple[float, float]], glyphs: Glyphs) -> None:
    x, y = np.array(places).T
    content = [slope(), Path(x, y, name="SGD")]
    cells = body(Plot(BARE, glyphs).draw(content, 60, 24))
    assert all(near(cells, *place, Ink.SERIES_1) for place in places)


def test_the_minimum_and_the_heads_are_seen_over_everything() -> None:
    ways = [Path(np.full(50, 0.2 * n), np.linspace(0, 1, 50), name=f"{n}") for n in range(1, 5)]
    content = [slope(), *ways, Mark(0.5, 0.5, name="minimum")]
    shown = plain(Plot().draw(content, 70, 20))
    assert "× minimum" in shown
    assert all(shown.count(head) >= 2 for head in "●■▲◆"), "in the legend and at the end"


def test_a_mark_under_a_head_is_still_named_with_its_sign() -> None:
    way = Path([0.2, 0.5], [0.2, 0.5], name="SGD")
    for content in ([slope(), Mark(0.5, 0.5), way], [slope(), way, Mark(0.5, 0.5)]):
        shown = plain(Plot().draw(content, 70, 20)).split("\n", 1)[1]
        assert "× minimum" in shown
        assert "●" in shown


def test_the_cursor_crosses_the_whole_surface() -> None:
    plot = Plot()
    plot.draw([slope()], 40, 24)
    plot.move(0, 0)
    cells = plot.draw([slope()], 40, 24)
    rows, columns = np.nonzero((cells.chars == "│") & (cells.ink == Ink.ACCENT))
    assert len(rows) >= 17
    assert len(set(columns.tolist())) == 2  # the sign in the legend, and the rule


def test_every_level_is_an_ink() -> None:
    assert [Ink[f"HEAT_{level}"] - Ink.HEAT_1 for level in range(1, HEAT_LEVELS + 1)] == list(
        range(HEAT_LEVELS)
    )
