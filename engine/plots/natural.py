"""The preferred size of a plot: texts and tables have one, what has axes has none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from engine.plots import bars, graph, grid, table
from engine.plots.lettering import width
from engine.plots.numbers import array
from engine.plots.options import Curve
from engine.plots.prose import coded, wrapped
from engine.views import Bars, Code, Graph, Grid, Progress, Table, Text, View

FEW_NODES = 30
"""A larger graph is one to scroll in, at any size."""


LONG_NOTE, SLACK = 40, 4
"""Columns from which a note is better broken in two, and what a break at a blank may cost."""


class Want(NamedTuple):
    """Rows and columns in which everything of a picture is seen; None where it can use any."""

    rows: int | None = None
    columns: int | None = None
    is_firm: bool = False
    """With fewer rows it says less than others would."""
    most: int = 0
    """Rows that it can use, where there are more than it needs."""


def wanted(content: Sequence[View | Curve], columns: int, *, title: str = "") -> Want:
    """The size for all that shares a picture of at most so many columns."""
    rows, most, breadth = 0, 0, width(title)
    for view in content:
        found = _rows(view, max(columns, 1))
        if found is None:
            return Want()
        head = bool(title) and not isinstance(view, Progress)
        rows, most = rows + found[0] + head, most + found[1] + head
        breadth = max(breadth, _columns(view, columns, title))
    is_firm = any(isinstance(view, Graph | Bars | Grid) for view in content)
    return Want(rows, min(breadth, columns), is_firm, most)


def _rows(view: View | Curve, columns: int) -> tuple[int, int] | None:
    """Rows that are needed, and the most that can be used."""
    if isinstance(view, Graph):
        return graph.rows_of(view, columns) if 0 < len(view.nodes) <= FEW_NODES else None
    needed = _needed(view, columns)
    return None if needed is None else (needed, needed)


def _needed(view: View | Curve, columns: int) -> int | None:
    match view:
        case Table():
            return table.size_of(view, columns)[0]
        case Text():
            return sum(1 for line in view.text.splitlines() for _ in wrapped(line, columns))
        case Code():
            return len(list(coded(view.source, columns)))
        case Bars():
            return bars.size_of(view)[0]
        case Grid():
            room = _columns(view, columns, "")
            return grid.size_of(view, columns)[0] + len(grid.noted(view.note, room))
        case Progress():
            return 1
    return None


def _columns(view: View | Curve, columns: int, title: str) -> int:
    match view:
        case Table():
            return table.size_of(view, columns)[1]
        case Text():
            return max(map(width, view.text.splitlines()), default=0)
        case Bars():
            return bars.size_of(view)[1]
        case Grid():
            shape = width(f"   shape {tuple(array(view.values).shape)}")
            note = width(view.note)
            note = note if note < LONG_NOTE else note // 2 + SLACK  # it may take two rows
            return max(width(title) + shape, note, grid.size_of(view, columns)[1])
    return columns
