"""Where epochs begin: dotted rules behind the curves, and what number the newest one has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.history import X0, Series
from engine.plots.canvas import DOTS, Canvas
from engine.plots.cells import Ink
from engine.plots.legend import Item
from engine.plots.numbers import Floats
from engine.plots.options import Curve
from engine.views import View

RULE = "┊"

APART = 4
"""Columns between two rules at least; where epochs are shorter, only every 2nd, 5th, … has one."""

ROOM_TO_SAY = 9
"""Rows from which the legend names the rules: a small picture stands beside a large one."""

STEPS = (1, 2, 5)


def epochs_of(content: Sequence[View | Curve]) -> Series | None:
    """The series that tells epochs, if the curves know one that makes sense."""
    for view in content:
        if isinstance(view, Curve) and view.epochs is not None and len(view.epochs):
            return view.epochs if view.epochs.last > 0 else None
    return None


def starts(series: Series) -> tuple[Floats, Floats]:
    """Steps where another epoch began, and its number; not the first one's, which is the axis."""
    table = series.window().table
    at, number = table[X0], series.window().last
    changes = np.flatnonzero(np.diff(number) > 0) + 1
    return at[changes], number[changes]


def said(series: Series) -> Item:
    """What the legend says."""
    return Item(RULE, "epoch", f"{series.last:g}")


def draw(series: Series, canvas: Canvas) -> None:
    """Rules through blank cells, which hide nothing."""
    at, number = starts(series)
    columns = canvas.px(at) / DOTS[canvas.glyphs][0]
    inside = (columns >= 0) & (columns < canvas.page.columns)
    columns, number = columns[inside], number[inside]
    every = _every(columns, number)
    for column in columns[np.mod(number, every) == 0].astype(int).tolist():
        blank = canvas.page.chars[:, column] == " "
        canvas.page.chars[blank, column] = RULE
        canvas.page.ink[blank, column] = Ink.FRAME


def _every(columns: Floats, number: Floats) -> int:
    """Of how many epochs one is marked: so that there is room between two rules."""
    if len(columns) < 2:
        return 1
    gap = (columns[-1] - columns[0]) / max(number[-1] - number[0], 1.0)
    decade = 1
    while True:
        for step in STEPS:
            if gap * step * decade >= APART:
                return step * decade
        decade *= 10
        if decade > len(columns) * 10:
            return decade
