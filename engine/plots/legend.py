"""The title row: what the picture is called, and what each thing in it is called and stands at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.plots.cells import HEAT_LEVELS, Ink
from engine.plots.lettering import clean, cut, width
from engine.plots.page import Page

GAP = 3


@dataclass(frozen=True, slots=True)
class Item:
    """One entry: a glyph in its ink, a name, a value, and what there is to warn of."""

    glyph: str = ""
    name: str = ""
    value: str = ""
    warning: str = ""
    ink: Ink = Ink.MUTED
    ramp: bool = False
    """The glyph is the range of papers between two values, name and value."""
    note: str = ""
    """What else is to be known of it."""

    @property
    def width(self) -> int:
        return sum(width(text) for text, _ in self.words()) + max(len(self.words()) - 1, 0)

    def words(self) -> list[tuple[str, Ink]]:
        """Texts with their inks, to be set one blank apart."""
        name = (self.name, self.ink if self.glyph and not self.ramp else Ink.MUTED)
        value, warning = (self.value, Ink.TITLE), (self.warning, Ink.WARNING)
        ramp = (" " * (HEAT_LEVELS // 2), Ink.BLANK)
        if self.ramp:
            words = [(self.name, Ink.TITLE), ramp, value, warning]
        else:
            words = [(self.glyph, self.ink), name, value, (self.note, Ink.MUTED), warning]
        return [(clean(text), ink) for text, ink in words if text]


def rows_needed(title: str, items: Sequence[Item], columns: int, most: int) -> int:
    """Rows that title and items fill when they are wrapped at whole items."""
    return min(len(_lines(title, items, columns)), most)


def write(page: Page, title: str, items: Sequence[Item]) -> None:
    """Title, then the items after it; what does not fit its rows is cut off."""
    lines = _lines(title, items, page.columns)
    if len(lines) > page.rows and title and items:
        lines = _lines("", items, page.columns)
    for row, line in enumerate(lines[: page.rows]):
        column = 0
        for item in line:
            column += _write_item(page, row, column, item) + GAP


def _lines(title: str, items: Sequence[Item], columns: int) -> list[list[Item]]:
    """Items of each row; the title is an item that has nothing but a name."""
    head = [Item(value=cut(clean(title), columns))] if title else []
    lines: list[list[Item]] = [[]]
    used = 0
    for item in (*head, *items):
        if lines[-1] and used + item.width > columns:
            lines.append([])
            used = 0
        lines[-1].append(item)
        used += item.width + GAP
    return [line for line in lines if line]


def _write_item(page: Page, row: int, column: int, item: Item) -> int:
    start = column
    for text, ink in item.words():
        if column > start:
            column += 1
        used = page.write(row, column, text, ink)
        if item.ramp and ink is Ink.BLANK:
            page.paper[row, column : column + used] = range(2, 2 * used + 2, 2)
        column += used
        if used < width(text):
            break
    return column - start
