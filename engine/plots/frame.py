"""Axes, ticks and labels: drawn by plotext, read once, kept until something about them changes.

Every call into plotext is here. It gets finite floats, clean one-column text and our own ticks, and
never hears of a logarithm or of a large number: its axes run from 0 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

import numpy as np

from engine.plots.cells import Ink
from engine.plots.lettering import clean, cut, width
from engine.plots.limits import Span, Ticks, ticks
from engine.plots.page import Page

LEAST_COLUMNS, LEAST_ROWS = 16, 4
ROOM_FOR_LABEL = 8
_plotext = Lock()  # it draws into one figure of the module


@dataclass(frozen=True, slots=True)
class Frame:
    """An empty picture and the rectangle (row, column, rows, columns) that data are drawn in."""

    page: Page
    inside: tuple[int, int, int, int]
    base: str = ""
    """What the y tick labels are to be added to; empty for nothing."""


def frame(x: Span, y: Span, x_label: str, rows: int, columns: int) -> Frame:
    """Axes left and below; where there is no room for them, the data get everything."""
    page = Page.blank(rows, columns)
    bare = Frame(page, (0, 0, page.rows, page.columns))
    if rows < LEAST_ROWS or columns < LEAST_COLUMNS:
        return bare
    label = cut(clean(x_label), columns // 2) if rows >= ROOM_FOR_LABEL else ""
    low = rows - 2 - bool(label)
    uprights = ticks(y, low, across=False)
    margin = max((len(text) for text in uprights.labels), default=0) + 1
    if margin * 2 > columns:
        return bare
    acrosses = ticks(x, columns - margin, across=True)
    text = _build(x, y, acrosses, uprights, rows, columns, has_label=bool(label))
    return _read(text, page, label, uprights.base) or bare


def _build(
    x: Span, y: Span, across: Ticks, upright: Ticks, rows: int, columns: int, *, has_label: bool
) -> str:
    import plotext

    with _plotext:
        plotext.clear_figure()
        plotext.limit_size(False, False)
        plotext.plot_size(columns, rows)
        plotext.theme("clear")
        plotext.xaxes(True, False)
        plotext.yaxes(True, False)
        plotext.xlim(0, 1)
        plotext.ylim(0, 1)
        plotext.xticks([x.fraction(at) for at in across.at], list(across.labels))
        plotext.yticks([y.fraction(at) for at in upright.at], list(upright.labels))
        if has_label:
            plotext.xlabel("x")  # makes the row; the words are written by us, at any width
        plotext.scatter([0], [0], marker=" ")
        return str(plotext.uncolorize(plotext.build()))


def _read(text: str, page: Page, label: str, base: str) -> Frame | None:
    """Letters to cells; None when plotext found no room for an axis."""
    lines = [line.ljust(page.columns)[: page.columns] for line in text.split("\n")[: page.rows]]
    corner = next(((r, line.index("└")) for r, line in enumerate(lines) if "└" in line), None)
    if corner is None or corner[0] < 1:
        return None
    row, column = corner
    page.chars[: len(lines)] = [list(line) for line in lines]
    page.chars[row + 2 :] = " "
    box = np.isin(page.chars, list("│┤└┬─┼"))
    page.ink[...] = np.where(box, Ink.FRAME, Ink.TICK)
    page.ink[page.chars == " "] = Ink.BLANK
    inside = page.columns - column - 1
    if label and row + 2 < page.rows:
        page.write(row + 2, column + 1 + (inside - width(label)) // 2, label, Ink.MUTED)
    if inside < 1:
        return None
    return Frame(page, (0, column + 1, row, inside), base)
