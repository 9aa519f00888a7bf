"""Rows of a table that a page asks about are in sight, whatever room the table has."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from engine.plots import Options, Plot, plain
from engine.views import Table
from lessons.format import catalog, conditions
from tui.widgets.activity import ActivityPanel


@given(st.data())
def test_asked_rows_are_in_sight_and_what_is_missing_is_counted(data: st.DataObject) -> None:
    many = data.draw(st.integers(1, 30))
    rows = data.draw(st.integers(3, 40))
    asked = data.draw(st.lists(st.integers(0, many - 1), max_size=max(rows - 3, 1)))
    by_name = data.draw(st.booleans())
    plot = Plot(Options("Times"))
    plot.state.asked = {"table": [f"row{n}." if by_name else n for n in asked]}
    view = Table(["size", "time"], [[f"row{n}.", n / 7] for n in range(many)])
    shown = plain(plot.draw([view], 30, rows))
    seen = [int(number) for number in re.findall(r"row(\d+)\.", shown)]
    assert set(asked) <= set(seen)
    assert seen == sorted(set(seen))
    told = re.search(r"… (\d+) more", shown)
    assert len(seen) + (int(told[1]) if told else 0) == many


def test_whoever_scrolls_sees_what_comes_next() -> None:
    plot, view = Plot(), Table(["n"], [[f"row{n}"] for n in range(20)])
    plot.state.asked = {"table": ["row19"]}
    assert "row19" in plain(plot.draw([view], 30, 8))
    plot.move(0, 3)
    shown = plain(plot.draw([view], 30, 8))
    assert re.findall(r"row(\d+)", shown) == ["3", "4", "5", "6", "7", "8"][: shown.count("row")]


def test_conditions_tell_their_rows() -> None:
    asked = 'cell("t", "ReLU", 4) > 1 and not says("t", "–", 6, "x") and says("t", "–") and mse < 3'
    assert list(conditions.rows(conditions.parse(asked))) == [("t", "ReLU"), ("t", 6)]


def test_pages_tell_what_they_ask_about() -> None:
    panel = ActivityPanel()
    (page,) = [each for each in catalog.lesson("optimizers").pages if each.title == "The family"]
    panel.activity = page.activity
    assert ("table", 6) in panel.asked_rows
