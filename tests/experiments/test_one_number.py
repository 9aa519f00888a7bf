"""One number everywhere: a curve's legend and the tables of the same run agree."""

from __future__ import annotations

import re

import pytest

from engine.history import Series
from engine.plots import Curve, Plot, plain
from engine.plots.lettering import count, number
from engine.process.protocol import Shown, decode_event
from engine.views import Table
from tests.experiments.runs import Collected, collect, collected, small
from tests.experiments.test_experiments import NAMES

OTHER = {
    "autograd.check": "the slope with all its digits, parted where they are wrong",
    "optimizers.race": "the way left, in a column called distance; the curves are heights",
}
"""Tables that say another thing of the same names, and what."""
NUMBER = r"(-?\d[\d.]*(?:e[+-]?\d+)?|-?inf|nan)"


def legends(seen: Collected) -> dict[str, str]:
    """What stands beside the name of each series in the picture of it alone."""
    found = {}
    for name, values in seen.series.items():
        series = Series()
        series.extend(range(len(values)), values)
        first = plain(Plot().draw([Curve(name, series)], 100, 12)).split("\n")[0]
        beside = re.search(rf"{re.escape(name)} {NUMBER}", first)
        assert beside, first
        found[name] = beside[1]
    return found


def is_number(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def rows(seen: Collected) -> list[tuple[str, str]]:
    """The rows of numbers in the newest tables as they are drawn, and how they begin."""
    newest = {}
    for event in map(decode_event, seen.lines):
        if isinstance(event, Shown) and isinstance(event.view, Table):
            newest[event.view.plot, event.view.name] = event.view
    return [
        (str(row[0]), drawn)
        for table in newest.values()
        for row in table.rows
        for drawn in plain(Plot().draw([table], 200, len(table.rows) + 5)).split("\n")
        if drawn.split("  ")[0].strip() == str(row[0]) and any(map(is_number, row[1:]))
    ]


def spellings(value: float) -> list[str]:
    """How a table may write what a legend does: what is counted there has no point."""
    return [number(value), *([count(value)] if value.is_integer() else [])]


@pytest.mark.parametrize("name", NAMES)
def test_what_stands_beside_a_name_is_the_last_value_and_what_the_table_says(name: str) -> None:
    seen = collected(name, small(name))
    shown = legends(seen)
    assert shown == {series: number(value) for series, value in seen.final.items()}
    for series, row in rows(seen):
        if series in shown and name not in OTHER:
            said = "|".join(map(re.escape, spellings(seen.final[series])))
            assert re.search(rf"(?<![\d.])(?:{said})(?![\d.])", row), row


def test_tables_that_name_a_series_are_looked_at() -> None:
    seen = collect("activations.compare", small("activations.compare", epochs=120, width=2))
    shown = legends(seen)
    assert {series for series, _ in rows(seen)} & set(shown)
    for series, row in rows(seen):
        assert series not in shown or shown[series] in row.split()
