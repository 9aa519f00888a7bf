"""Axes, ticks and labels: drawn by plotext, read once, kept until something about them changes.

Every call into plotext is here. It gets finite floats, clean one-column text and our own ticks, and
never hears of a logarithm or of a large number: its axes run from 0 to 1. What it would leave out
or shift by a cell is set right afterwards, for a tick stands where its number is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

import numpy as np

from engine.plots.axis import Axis
from engine.plots.cells import Ink
from engine.plots.lettering import clean, cut, width
from engine.plots.limits import Span
from engine.plots.page import Page
from engine.plots.ticks import Ticks, ticks

LEAST_COLUMNS, LEAST_ROWS = 16, 4
ROOM_FOR_X_LABEL, ROOM_FOR_Y_LABEL = 8, 12
LOG = "log"
_plotext = Lock()  # it draws into one figure of the module


@dataclass(frozen=True, slots=True)
class Side:
    """An axis before its room is known: its span, what it measures, and whether it may stretch."""

    span: Span
    loose: bool = False
    """A log axis may end a little later, so that its decades lie whole cells apart."""
    label: str = ""
    says_log: bool = True
    """Whether it says beside its ticks that it is logarithmic."""

    def axis(self, cells: int, dots: int, *, upward: bool) -> Axis:
        """The scale on so many cells."""
        found = Axis(self.span, cells, dots, upward)
        return found.widened() if self.loose and self.span.log else found


@dataclass(frozen=True, slots=True)
class Frame:
    """An empty picture, and the rectangle (row, column, rows, columns) that data are drawn in."""

    page: Page
    inside: tuple[int, int, int, int]
    x: Span
    y: Span


@lru_cache(maxsize=32)
def frame(across: Side, upward: Side, rows: int, columns: int, dots: tuple[int, int]) -> Frame:
    """Axes left and below for cells of ``dots``; without room for them, data get everything.

    Kept: pages that are turned back to, and pictures with equal axes, have equal frames. Nobody
    writes on one.
    """
    page = Page.blank(rows, columns)
    bare = Frame(page, (0, 0, page.rows, page.columns), across.span, upward.span)
    if rows < LEAST_ROWS or columns < LEAST_COLUMNS:
        return bare
    below = _below(across, columns) if rows >= ROOM_FOR_X_LABEL else ""
    low = rows - 2 - bool(below)
    y, uprights, top = _upright(upward, low, dots[1])
    low -= top
    says_log = y.span.log and upward.says_log
    margin = max(map(len, [*uprights.labels, LOG if says_log else ""])) + 1
    if margin * 2 > columns or low < 1:
        return bare
    x = across.axis(columns - margin, dots[0], upward=False)
    acrosses = ticks(x)
    part = page.part(top, 0, page.rows - top, page.columns)
    _read(_build(x, y, acrosses, uprights, (margin, bool(below))), part)
    _set_right(part, x, y, acrosses, uprights, margin)
    _letter(part, below, margin, low)
    if says_log:
        _say_log(part, margin, {y.cell(value) for value in uprights.at}, low)
    if top:
        page.write(0, 0, _above(upward, uprights), Ink.MUTED)
    return Frame(page, (top, margin, low, x.cells), x.span, y.span)


def _upright(side: Side, rows: int, dots: int) -> tuple[Axis, Ticks, int]:
    """The upright axis, its ticks, and how many rows its label takes above."""
    axis = side.axis(rows, dots, upward=True)
    found = ticks(axis)
    if rows > 1 and (found.base or side.label):
        axis = side.axis(rows - 1, dots, upward=True)
        return axis, ticks(axis), 1
    return axis, found, 0


def _above(side: Side, found: Ticks) -> str:
    return " ".join(filter(None, [clean(side.label), found.base and f"{found.base} +"]))


def _below(side: Side, columns: int) -> str:
    """The words under the axis across."""
    return said_of(cut(clean(side.label), columns // 2), log=side.span.log)


def said_of(label: str, *, log: bool) -> str:
    """What an axis measures, and whether it is logarithmic."""
    return label if not log else f"{label} ({LOG})" if label else LOG


def _build(x: Axis, y: Axis, across: Ticks, upright: Ticks, room: tuple[int, bool]) -> str:
    """The frame as text; ``room`` is the width of the margin and whether there is a label below."""
    import plotext

    margin, has_label = room
    labels = [label.rjust(margin - 1) for label in upright.labels]
    with _plotext:
        plotext.clear_figure()
        plotext.limit_size(False, False)
        plotext.plot_size(x.cells + margin, y.cells + 2 + has_label)
        plotext.theme("clear")
        plotext.xaxes(True, False)
        plotext.yaxes(True, False)
        plotext.xlim(0, 1)
        plotext.ylim(0, 1)
        plotext.xticks(_middles(x, across), list(across.labels))
        plotext.yticks(_middles(y, upright), labels)
        if has_label:
            plotext.xlabel("x")  # makes the row; the words are written by us, at any width
        plotext.scatter([0], [0], marker=" ")
        return str(plotext.uncolorize(plotext.build()))


def _middles(axis: Axis, found: Ticks) -> list[float]:
    """Where plotext has the middles of the cells that the ticks lie in."""
    cells = [axis.cell(value) or 0 for value in found.at]
    last = max(axis.cells - 1, 1)
    return [(last - cell if axis.upward else cell) / last for cell in cells]


def _read(text: str, page: Page) -> None:
    """Letters to cells."""
    lines = [line.ljust(page.columns)[: page.columns] for line in text.split("\n")[: page.rows]]
    page.chars[: len(lines)] = [list(line) for line in lines]
    box = np.isin(page.chars, list("│┤└┬─┼"))
    page.ink[...] = np.where(box, Ink.FRAME, Ink.TICK)
    page.ink[page.chars == " "] = Ink.BLANK


def _set_right(page: Page, x: Axis, y: Axis, across: Ticks, upright: Ticks, margin: int) -> None:
    """Every tick in the row or column of its number, whatever plotext made of it."""
    drawn = _Drawn(page, margin, y.cells)
    rows = {y.cell(value): label for value, label in zip(upright.at, upright.labels, strict=True)}
    columns = {x.cell(value): label for value, label in zip(across.at, across.labels, strict=True)}
    if drawn.rows() != rows:
        for row in range(y.cells):
            label = rows.get(row)
            page.write(row, 0, " " * margin, Ink.BLANK)
            page.write(row, margin - 1 - len(label or ""), label or "", Ink.TICK)
            page.write(row, margin - 1, "│" if label is None else "┤", Ink.FRAME)
    if drawn.columns() != columns:
        drawn.write_columns(columns)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The ticks of a frame as they stand on the page."""

    page: Page
    margin: int
    low: int

    def rows(self) -> dict[int, str]:
        found = {}
        for row in range(self.low):
            line = "".join(self.page.chars[row, : self.margin])
            if line[-1:] != "│":
                found[row] = line[:-1].strip()
        return found

    def columns(self) -> dict[int, str]:
        """By the column of a tick the label that lies about it."""
        axis, below = ("".join(self.page.chars[self.low + i]) for i in (0, 1))
        found = {}
        for column in [i for i, char in enumerate(axis) if char == "┬"]:
            left = below.rfind(" ", 0, column) + 1 if below[column] != " " else column
            found[column - self.margin] = below[left:].split(" ", 1)[0]
        return found

    def write_columns(self, columns: dict[int | None, str]) -> None:
        """Each label about its tick, as far as there is room; no label touches another."""
        low, margin, page = self.low, self.margin, self.page
        page.write(low, margin - 1, "└" + "─" * (page.columns - margin), Ink.FRAME)
        page.write(low + 1, 0, " " * page.columns, Ink.BLANK)
        end = -1
        for column, label in columns.items():
            room = page.columns - width(label)
            at = min(max((column or 0) + margin - (width(label) - 1) // 2, margin - 1), room)
            if at > end:
                page.write(low + 1, at, label, Ink.TICK)
                page.write(low, (column or 0) + margin, "┬", Ink.FRAME)
                end = at + width(label)


def _letter(page: Page, below: str, margin: int, low: int) -> None:
    """What the axis across measures."""
    if below and low + 2 < page.rows:
        page.write(low + 2, 0, " " * page.columns, Ink.BLANK)
        inside = page.columns - margin
        page.write(low + 2, margin + (inside - width(below)) // 2, below, Ink.MUTED)


def _say_log(page: Page, margin: int, taken: set[int | None], low: int) -> None:
    """That the upright axis is logarithmic, in the first row beside it that has no tick."""
    row = next((row for row in range(1, low) if row not in taken), None)
    if row is not None:
        page.write(row, margin - 1 - len(LOG), LOG, Ink.MUTED)
