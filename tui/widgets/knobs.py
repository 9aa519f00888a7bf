"""The knobs of an experiment, each in as much room as it needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.containers import Container
from textual.geometry import NULL_OFFSET, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from tui.widgets.knob import KnobRow

GAP = 3
"""Columns between two knobs."""

MOST_COLUMNS = 6

ROWS_A_MORE = 20
"""Of so many rows of the terminal one may go to lining knobs up."""


class Place(NamedTuple):
    """Where a knob stands, in cells."""

    x: int
    y: int
    width: int
    height: int


def spread(widths: Sequence[int], room: int, columns: int) -> list[Place]:
    """Knobs of these widths in equal columns, in order; a wide one spans several of them.

    What is wider than the whole ``room`` gets as many rows as its text fills.
    """
    column = max(1, (room - GAP * (columns - 1)) // columns)
    places: list[Place] = []
    x = y = below = 0
    for width in widths:
        span = min(columns, -(-(width + GAP) // (column + GAP)))
        if x and x + span > columns:
            x, y = 0, y + below
        cells = room if span == columns else span * (column + GAP) - GAP
        below = max(below if x else 1, -(-width // max(room, 1)))
        places.append(Place(x * (column + GAP), y, cells, -(-width // cells)))
        x += span
    return places


def spreads(widths: Sequence[int], room: int) -> list[list[Place]]:
    """The spreads worth a look: the fewest rows first, of those the fewest columns."""
    most = min(MOST_COLUMNS, max(1, (room + GAP) // (1 + GAP)))
    tries = [spread(widths, room, columns) for columns in range(1, most + 1)]
    return sorted(tries, key=height) if widths else [[]]


def height(places: Sequence[Place]) -> int:
    """The rows a spread takes."""
    return places[-1].y + places[-1].height if places else 0


def fitting(widths: Sequence[int], room: int) -> list[Place]:
    """The spread with the fewest rows, and of those the one with the fewest columns."""
    return spreads(widths, room)[0]


def settled(rows: Sequence[KnobRow], room: int, more: int) -> list[Place]:
    """Places for these knobs, lined up where that costs at most so many rows ``more``."""
    tries = spreads([row.natural_width for row in rows], room)
    for places in tries:
        if height(places) <= height(tries[0]) + more and line_up(rows, places):
            return places
    line_up(rows, tries[0])
    return tries[0]


def line_up(rows: Sequence[KnobRow], places: Sequence[Place]) -> bool:
    """Let values, and scales, that stand below each other start in the same column.

    Where not all have room for that, the scale behind the longest value stands out, or nothing is
    lined up; whether something is in every column.
    """
    is_done = True
    columns: dict[int, list[tuple[KnobRow, int]]] = {}
    for row, place in zip(rows, places, strict=True):
        columns.setdefault(place.x, []).append((row, place.width))
    for column in columns.values():
        name = max(row.own_widths[0] for row, _ in column)
        values = sorted(row.own_widths[1] for row, _ in column)
        tries = [(name, value) for value in (*reversed(values), 0)]
        fitting = (each for each in tries if all(_fits(row, each, w) for row, w in column))
        found = next(fitting, (0, 0))
        is_done &= any(found)
        for row, _ in column:
            row.line_up(*found)
    return is_done


def _fits(row: KnobRow, places: tuple[int, int], width: int) -> bool:
    """Whether there is room for a row whose name and value take at least so many cells."""
    name, value, rest = row.own_widths
    return max(name, places[0]) + max(value, places[1]) + rest <= width


class KnobLayout(Layout):
    """Puts knobs side by side as they fit."""

    name = "knobs"

    def arrange(
        self,
        parent: Widget,
        children: list[Widget],
        size: Size,
        greedy: bool = True,  # noqa: ARG002 - declared so by Textual
    ) -> ArrangeResult:
        """Place every knob."""
        rows = [child for child in children if isinstance(child, KnobRow)]
        more = parent.app.size.height // ROWS_A_MORE
        places = settled(rows, size.width, more)
        return [
            WidgetPlacement(Region(*place), NULL_OFFSET, row.styles.margin, row)
            for row, place in zip(rows, places, strict=True)
        ]


class Knobs(Container):
    """Holds `KnobRow`s."""

    DEFAULT_CSS = "Knobs { height: auto; width: 1fr; margin: 1 0; }"

    def __init__(self) -> None:
        super().__init__(id="knobs")
        self._arrangement = KnobLayout()

    @property
    def layout(self) -> Layout:
        """Not one of those that a style sheet can name."""
        return self._arrangement
