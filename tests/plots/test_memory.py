"""Tensors on one memory: the same place has the same colour everywhere; a walk is seen moving."""

from __future__ import annotations

import numpy as np
import pytest

from engine.plots import Cells, Ink, Plot, plain
from engine.views import Grid


def papers(view: Grid) -> list[int]:
    """The colours of a tensor's values, in reading order."""
    cells = Plot().draw([view], 78, 30)
    found = [run for row in _papers(cells) for run in row]
    assert len(found) == int(np.size(view.values))
    return found


def _papers(cells: Cells) -> list[list[int]]:
    """For every row of values the paper below each last digit."""
    rows = []
    for chars, paper, ink in zip(cells.chars[1:], cells.paper[1:], cells.ink[1:], strict=True):
        ends = [
            i
            for i, char in enumerate(chars)
            if char.isdigit()
            and (i + 1 == len(chars) or not chars[i + 1].isdigit())
            and ink[i] in (Ink.TITLE, Ink.MUTED)
        ]
        rows.append([int(paper[i]) for i in ends])
    return rows


def test_strip_and_table_have_the_same_colour_for_the_same_place() -> None:
    strip = Grid(np.arange(12), places=list(range(12)), memory=12)
    order = np.arange(12).reshape(2, 6).T.flatten().tolist()
    table = Grid(np.arange(12).reshape(2, 6).T, places=order, memory=12)
    of_strip, of_table = papers(strip), papers(table)
    assert len(set(of_strip)) == 12
    assert of_table == [of_strip[place] for place in order]
    part = Grid(np.array([1, 2, 7, 8]), places=[1, 2, 7, 8], memory=12)
    assert papers(part) == [of_strip[place] for place in (1, 2, 7, 8)]


def test_another_memory_has_no_colour() -> None:
    view = Grid(np.arange(6).reshape(2, 3), places=[-1] * 6, memory=12)
    assert not any(papers(view))
    assert "memory of its own" in plain(Plot().draw([view], 60, 8))


@pytest.mark.parametrize("step", [1, 5, 12])
def test_a_walk_shows_what_is_read_and_what_was(step: int) -> None:
    view = Grid(
        np.arange(12).reshape(2, 6), places=list(range(12)), memory=12, read=list(range(step))
    )
    seen = papers(view)
    assert all(seen[:step])
    assert not any(seen[step:])
    assert f"[{step - 1:2}]" in plain(Plot().draw([view], 60, 8))


def test_slices_of_a_deeper_tensor_keep_their_places() -> None:
    plot = Plot()
    view = Grid(np.arange(24).reshape(2, 3, 4), places=list(range(24)), memory=24, read=[15])
    plot.draw([view], 60, 10)
    assert "[15]" not in plain(plot.draw([view], 60, 10))
    plot.slice(1)
    assert "[15]" in plain(plot.draw([view], 60, 10))


def test_the_value_under_the_cursor_stands_between_two_brackets() -> None:
    plot = Plot()
    view = Grid(np.arange(12).reshape(3, 4))
    plot.draw([view], 60, 10)
    plot.move(0, 0)
    plot.draw([view], 60, 10)
    plot.move(1, 1)
    assert "[ 5]" in plain(plot.draw([view], 60, 10))


def test_what_is_lit_without_a_place_has_one_colour_and_the_others_none() -> None:
    view = Grid(np.arange(12).reshape(3, 4), read=[0, 5, 10, -1])
    cells = Plot().draw([view], 40, 8)
    places = {(row, column) for row, column in zip(*np.nonzero(cells.paper), strict=True)}
    assert len({int(cells.paper[place]) for place in places}) == 1
    assert {row for row, _ in places} == {2, 3, 4}
    assert "size" not in plain(cells)
    assert "memory" not in plain(cells)


def test_colours_of_sizes_have_a_legend_and_whole_numbers_stay_whole() -> None:
    shown = plain(Plot().draw([Grid(np.arange(100, 112).reshape(3, 4))], 70, 8))
    assert "from 100 to 111" in shown
    assert "size 0" in shown
