"""The title row: what the picture is called, and what each thing in it is called and stands at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.plots.cells import HEAT_LEVELS, Ink
from engine.plots.lettering import clean, cut, width
from engine.plots.page import Page
from engine.plots.prose import wrapped

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
    is_short: bool = False
    """The range has half as many cells."""
    note: str = ""
    """What else is to be known of it."""

    @property
    def width(self) -> int:
        words = self.words()
        return sum([width(text) for text, _ in words]) + max(len(words) - 1, 0)

    def without(self, *, note: bool) -> Item:
        """Without the value (and the note), where there is a name as well."""
        if not self.glyph or not self.name or self.ramp:
            return self
        return replace(self, value="", note="" if note else self.note)

    def words(self) -> list[tuple[str, Ink]]:
        """Texts with their inks, to be set one blank apart."""
        name = (self.name, self.ink if self.glyph and not self.ramp else Ink.MUTED)
        value, warning = (self.value, Ink.TITLE), (self.warning, Ink.WARNING)
        ramp = (" " * (HEAT_LEVELS // (4 if self.is_short else 2)), Ink.BLANK)
        if self.ramp:
            words = [(self.name, Ink.TITLE), ramp, value, warning]
        else:
            words = [(self.glyph, self.ink), name, value, (self.note, Ink.MUTED), warning]
        return [(clean(text), ink) for text, ink in words if text]


def bare(items: Sequence[Item]) -> list[Item]:
    """The same entries with nothing but their names."""
    return [item.without(note=True) for item in items]


def rows_needed(title: str, items: Sequence[Item], columns: int, most: int) -> int:
    """Rows that title and items fill when they are wrapped at whole items."""
    return min(len(_lines([*_title(title, columns), *items], columns)), most)


def write(page: Page, title: str, items: Sequence[Item], *, reads: bool = False) -> None:
    """Title, then the items after it, at last without their values; the title is always there.

    Where even so not all names fit, how many more there are. ``reads``: the values are what is
    looked for, and stay.
    """
    if not page.rows or not page.chars.size:
        return
    items = [item for item in items if item.words()]
    for row, line in enumerate(_fitting(title, items, page, reads=reads)):
        column = 0
        for item in line:
            column += _write_item(page, row, column, item) + GAP


def _fitting(title: str, items: Sequence[Item], page: Page, *, reads: bool) -> list[list[Item]]:
    """The fullest of all ways to say it that fits."""
    said = items
    for keep in ("all", "no value", "no note") if not reads else ("all",):
        said = items if keep == "all" else [item.without(note=keep == "no note") for item in items]
        lines = _lines([*_title(title, page.columns), *said], page.columns)
        if len(lines) <= page.rows:
            return lines
    return _cut(title, said, page.rows, page.columns)


def _cut(title: str, items: Sequence[Item], rows: int, columns: int) -> list[list[Item]]:
    """As many names as fit, and how many more there are; a long title gives way to two thirds."""
    for wide in (columns, columns * 2 // 3, columns // 3):
        head = _head(title, wide)
        for kept in range(len(items) - 1, 0 if wide > columns // 3 else -1, -1):
            more = Item(name=f"+{len(items) - kept} more")
            lines = _lines([*head, *items[:kept], more], columns)
            if len(lines) <= rows:
                return lines
    return _lines(_head(title, columns), columns)


def _title(title: str, columns: int) -> list[Item]:
    """The whole title, in two rows where one is too narrow."""
    first, *rest = wrapped(title, max(columns, 1))
    return [*_head(first, columns), *_head(" ".join(rest), columns)]


def _head(title: str, columns: int) -> list[Item]:
    """The title is an item that has nothing but a value."""
    return [Item(value=cut(clean(title), columns))] if title else []


def _lines(items: Sequence[Item], columns: int) -> list[list[Item]]:
    """Items of each row."""
    lines: list[list[Item]] = [[]]
    used = 0
    for item in items:
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
            step = 4 if item.is_short else 2
            page.paper[row, column : column + used] = range(step, step * (used + 1), step)
        column += used
        if used < width(text):
            break
    return column - start
