"""A rectangle of cells to write on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.plots.cells import ASCII_SHADES, SHADES, Cells, Ink
from engine.plots.lettering import ASCII_FOR, char_width, clean, cut, width
from engine.plots.options import Glyphs


@dataclass(frozen=True, slots=True)
class Page:
    """Cells under construction; parts of a page share its memory.

    A character two columns wide is followed by a cell with the empty string.
    """

    chars: NDArray[np.str_]
    ink: NDArray[np.uint8]
    paper: NDArray[np.uint8]

    @classmethod
    def blank(cls, rows: int, columns: int) -> Page:
        """A page of blanks; sizes below one become one."""
        shape = max(rows, 1), max(columns, 1)
        return cls(np.full(shape, " "), np.zeros(shape, np.uint8), np.zeros(shape, np.uint8))

    @property
    def rows(self) -> int:
        return int(self.chars.shape[0])

    @property
    def columns(self) -> int:
        return int(self.chars.shape[1])

    def clear(self) -> None:
        """Nothing but blanks again."""
        self.chars[...], self.ink[...], self.paper[...] = " ", 0, 0

    def part(self, row: int, column: int, rows: int, columns: int) -> Page:
        """A rectangle of this page, cut to what exists of it."""
        cut = (
            slice(max(row, 0), max(row + rows, 0)),
            slice(max(column, 0), max(column + columns, 0)),
        )
        return Page(self.chars[cut], self.ink[cut], self.paper[cut])

    def write(self, row: int, column: int, text: str, ink: Ink, room: int | None = None) -> int:
        """Write one line, cut with an ellipsis to ``room`` (or the page's edge).

        Any text is safe. Returns the columns used; nothing is written outside the page.
        """
        space = self.columns - column
        text = cut(clean(text), space if room is None else min(space, room))
        used = width(text)
        if not (0 <= row < self.rows and column >= 0 and used):
            return 0
        self._mend(row, column, column + used)
        end = column + used
        if text.isascii():
            self.chars[row, column:end] = list(text)
        else:
            cells = [part for char in text for part in ((char, "")[: char_width(char)])]
            self.chars[row, column:end] = cells
        self.ink[row, column:end] = ink
        return used

    def _mend(self, row: int, start: int, end: int) -> None:
        """No half of a wide character stays at either edge of what is written over."""
        line = self.chars[row]
        if line[start] == "" and start:
            line[start - 1] = " "
        if end < len(line) and line[end] == "":
            line[end] = " "

    def paste(self, other: Page, top: int, left: int) -> None:
        """Show a larger page from (top, left) on; halves of characters at the edges go blank."""
        seen = other.part(top, left, self.rows, self.columns)
        rows, columns = seen.chars.shape
        if not columns:
            return
        self.chars[:rows, :columns], self.ink[:rows, :columns] = seen.chars, seen.ink
        self.paper[:rows, :columns] = seen.paper
        first, last = self.chars[:rows, 0], self.chars[:rows, columns - 1]
        first[first == ""] = " "
        if left + columns < other.columns:
            last[other.chars[top : top + rows, left + columns] == ""] = " "

    def center(self, text: str, ink: Ink) -> None:
        """One line in the middle of the page."""
        text = cut(clean(text), self.columns)
        self.write((self.rows - 1) // 2, (self.columns - width(text)) // 2, text, ink)

    def cells(self, glyphs: Glyphs) -> Cells:
        """The finished cells, in ASCII alone where that is all there is."""
        if glyphs is not Glyphs.ASCII:
            return Cells(self.chars, self.ink, self.paper, SHADES)
        return Cells(_ascii(self.chars), self.ink, self.paper, ASCII_SHADES)


def _ascii(chars: NDArray[np.str_]) -> NDArray[np.str_]:
    foreign = (chars == "") | (chars > "\x7f")
    if not foreign.any():
        return chars
    found = chars.copy()
    found[foreign] = [_ascii_char(char) for char in chars[foreign].tolist()]
    return found


def _ascii_char(char: str) -> str:
    other = char.translate(ASCII_FOR) or " "
    return other if other.isascii() else "?"
