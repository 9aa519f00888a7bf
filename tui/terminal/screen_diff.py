"""A screen diff: of each frame, only the cells that changed are written to the terminal.

Textual sends whole regions, and every segment with its full style: four bytes in five of a frame
say what the screen shows anyway. A `ScreenDiff` reads such a frame, compares it cell by cell with
the one before, and writes only the changed runs, with style changes instead of styles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rich.cells import get_character_cell_size

TOKEN = re.compile(r"\x1b\[(\d+);(\d+)H|\x1b\[([\d;]*)m|(\r|\n)|([^\x1b\r\n]+)|(\x1b[^\x1b\r\n]*)")
"""A move, a style, a line end, text, or anything else, which is passed on as it is."""

HARMLESS = re.compile(r"\x1b\[\?(2026|25)[hl]|\x1b\[\d+ q")
"""Passed on without disturbing what the cells show: frame marks, the cursor's sight and shape."""

BRIDGE = 6
"""Unchanged cells it is cheaper to send again than to jump over."""

UNKNOWN = -1
CONTINUED = ""
"""The second cell of a wide character."""


@dataclass(slots=True)
class Row:
    """One row of cells: characters and style numbers."""

    chars: list[str]
    styles: list[int]
    wide: bool = False
    """Whether it may hold wide characters: terminals disagree on those, so it is sent whole."""


@dataclass(slots=True)
class Pen:
    """A place and a style, 0 being the terminal's own."""

    x: int | None = None
    y: int | None = None
    style: int = 0


@dataclass(slots=True)
class ScreenDiff:
    """The cells of a terminal of ``columns`` by ``rows``, as far as they are known."""

    columns: int
    rows: int
    _rows: list[Row] = field(init=False)
    _styles: list[str] = field(default_factory=lambda: [""])
    _numbers: dict[str, int] = field(default_factory=lambda: {"": 0})
    _asked: Pen = field(default_factory=lambda: Pen(0, 0))
    """Where the frame believes the cursor is."""
    _real: Pen = field(default_factory=Pen)
    """Where the terminal's cursor is, and the style it writes in."""
    _out: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Nothing is known of the terminal: what comes next is sent in full."""
        blank = [""] * self.columns
        self._rows = [Row(blank.copy(), [UNKNOWN] * self.columns) for _ in range(self.rows)]
        self._real = Pen(style=UNKNOWN)

    def changes(self, data: str) -> str:
        """What must be written so that the terminal shows what ``data`` would make it show."""
        self._out = []
        for y, x, style, end, text, other in TOKEN.findall(data):
            if text:
                self._text(text)
            elif y:
                self._asked.y, self._asked.x = int(y) - 1, int(x) - 1
            elif end:
                self._line_end(end)
            elif other:
                self._pass_on(other)
            else:
                self._restyle(style)
        self._settle()
        return "".join(self._out)

    def _restyle(self, style: str) -> None:
        if style in ("", "0"):
            self._asked.style = 0
            return
        before = self._styles[self._asked.style]
        whole = f"{before};{style}" if before else style
        number = self._numbers.get(whole)
        if number is None:
            number = self._numbers[whole] = len(self._styles)
            self._styles.append(whole)
        self._asked.style = number

    def _line_end(self, end: str) -> None:
        if end == "\r":
            self._asked.x = 0
        else:
            self._asked.y = min((self._asked.y or 0) + 1, self.rows - 1)

    def _pass_on(self, sequence: str) -> None:
        if not HARMLESS.fullmatch(sequence):
            self._settle()
            self.forget()
        self._out.append(sequence)

    def _text(self, text: str) -> None:
        y, x = self._asked.y, self._asked.x
        if y is None or x is None or y >= self.rows or x >= self.columns:
            return
        row = self._rows[y]
        narrow = text.isascii() or all(get_character_cell_size(char) == 1 for char in text)
        if narrow and not row.wide:
            cells = list(text[: self.columns - x])
            self._compare(row, y, x, cells)
        else:
            cells = wide_cells(text)[: self.columns - x]
            row.wide = True
            self._send(row, y, x, 0, len(cells), cells)
        self._asked.x = x + len(cells)

    def _compare(self, row: Row, y: int, x: int, cells: list[str]) -> None:
        """Send the runs of cells that differ, near ones together."""
        style, n = self._asked.style, len(cells)
        if row.chars[x : x + n] == cells and row.styles[x : x + n] == [style] * n:
            return
        chars, styles = row.chars, row.styles
        start = last = -1
        for i in range(n):
            if chars[x + i] != cells[i] or styles[x + i] != style:
                if start >= 0 and i - last > BRIDGE:
                    self._send(row, y, x, start, last + 1, cells)
                    start = i
                elif start < 0:
                    start = i
                last = i
        self._send(row, y, x, start, last + 1, cells)

    def _send(self, row: Row, y: int, x: int, start: int, end: int, cells: list[str]) -> None:
        """Write cells ``start`` to ``end`` of a run that begins at column x, and remember them."""
        left = x + start
        if self._real.y != y or self._real.x != left:
            self._out.append(f"\x1b[{y + 1};{left + 1}H")
        self._set_style(self._asked.style)
        self._out.append("".join(cells[start:end]))
        row.chars[left : x + end] = cells[start:end]
        row.styles[left : x + end] = [self._asked.style] * (end - start)
        # In the last column terminals keep the cursor in different places.
        known = x + end < self.columns and not row.wide
        self._real.x, self._real.y = (x + end if known else None), y

    def _set_style(self, style: int) -> None:
        if self._real.style != style:
            codes = self._styles[style]
            was_plain = self._real.style == 0
            self._out.append(f"\x1b[{'' if was_plain else '0;'}{codes}m" if codes else "\x1b[m")
            self._real.style = style

    def _settle(self) -> None:
        """Leave cursor and style where the frame leaves them."""
        if self._real.style not in (self._asked.style, UNKNOWN):
            self._set_style(self._asked.style)
        asked = self._asked
        if (asked.x, asked.y) != (self._real.x, self._real.y) and asked.x is not None:
            x = min(asked.x, self.columns - 1)
            self._out.append(f"\x1b[{(asked.y or 0) + 1};{x + 1}H")
            self._real.x, self._real.y = asked.x, asked.y


def wide_cells(text: str) -> list[str]:
    """Text as cells: a wide character takes two, combining ones join the one before."""
    cells: list[str] = []
    for char in text:
        width = get_character_cell_size(char)
        if width == 0 and cells:
            at = len(cells) - 1 if cells[-1] != CONTINUED else len(cells) - 2
            cells[max(at, 0)] += char
        else:
            cells += [char, CONTINUED][: max(width, 1)]
    return cells
