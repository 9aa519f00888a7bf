"""The preferred height of a plot in rows: texts and tables have one, what has axes has none."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine.plots.numbers import array
from engine.plots.options import Curve
from engine.plots.prose import wrapped
from engine.views import Bars, Code, Grid, Progress, Table, Text, View

CELL = 8
"""Columns a number of a tensor takes, roughly."""


def rows_wanted(content: Sequence[View | Curve], columns: int, *, titled: bool) -> int | None:
    """Rows in which everything is seen; None for what can use any height (charts, graphs)."""
    total = 0
    for view in content:
        rows = _rows(view, max(columns, 1))
        if rows is None:
            return None
        total += rows + (titled and not isinstance(view, Progress))
    return total


def _rows(view: View | Curve, columns: int) -> int | None:
    match view:
        case Table():
            return len(view.rows) + 2
        case Text():
            return sum(1 for line in view.text.splitlines() for _ in wrapped(line, columns))
        case Code():
            return len(view.source.splitlines())
        case Bars():
            return len(view.labels)
        case Grid():
            return _grid(view, columns)
        case Progress():
            return 1
    return None


def _grid(view: Grid, columns: int) -> int:
    shape = array(view.values).shape
    wrapped_rows = math.ceil(math.prod(shape) * CELL / columns)
    rows = shape[-2] if len(shape) > 1 else wrapped_rows
    return rows + 2 + bool(view.note)
