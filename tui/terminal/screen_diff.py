"""A screen diff: the cells a terminal is to show, and of them those that it does not show yet.

Textual sends whole regions, and every segment with its full style: four bytes in five of a frame
say what the screen shows anyway. A `ScreenDiff` reads such frames into a grid of cells (`feed`)
and, whenever the line has room, writes the changed runs only, with style changes instead of styles
(`take`). Frames that were fed in between are never sent: the newest one wins.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from rich.cells import get_character_cell_size

from tui.terminal import style_codes
from tui.terminal.pen import UNKNOWN, Pen
from tui.terminal.style_codes import Style

TOKEN = re.compile(
    r"\x1b\[(\d+);(\d+)H"  # a move
    r"|\x1b\[([\d;]*)m"  # a style
    r"|(\r|\n)"  # a line end
    r"|([^\x00-\x1f\x7f]+)"  # text
    # Anything else, passed on as it is: CSI, strings like OSC with their end, other controls.
    r"|(\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1b[ -/]*[0-~]|[\x00-\x1f\x7f])"
)

HARMLESS = re.compile(
    r"\x1b\[\?(?:7|12|25|1000|1002|1003|1004|1005|1006|1015|1016|2004|2031|2048)[hl]"
    r"|\x1b\[\d* q|\x1b\[\?\d+\$p|\x1b\[[<>=]\d*u|\x1b\[\d*n|\x1b\].*|[\x00-\x07\x7f]",
    re.DOTALL,
)
"""Passed on without disturbing what the cells show: modes, questions, titles, the bell."""

FRAME_MARKS = ("\x1b[?2026h", "\x1b[?2026l")
"""What is between them appears at once, on terminals that know them."""

BRIDGE = 6
"""Unchanged cells it is cheaper to send again than to jump over."""

NOTHING = "\0"
"""The character of a cell nobody knows."""
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
class Asked:
    """Where a frame believes the cursor is, and the style it writes in."""

    x: int | None = 0
    y: int | None = 0
    style: int = 0


@dataclass(slots=True)
class ScreenDiff:
    """The cells of a terminal of ``columns`` by ``rows``: as wanted, and as shown, if known."""

    columns: int
    rows: int
    restyle: Callable[[str], str] | None = None
    """What becomes of a style's codes before anything is made of them."""
    erases: bool = False
    """Whether the terminal erases cells in the colour it writes in."""
    _wanted: list[Row] = field(init=False)
    _shown: list[Row] = field(init=False)
    _touched: dict[int, tuple[int, int]] = field(default_factory=dict)
    """By row, the first and the last column + 1 in which the two may differ."""
    _styles: list[Style] = field(default_factory=lambda: [Style("")])
    _numbers: dict[str, int] = field(default_factory=lambda: {"": 0})
    _asked: Asked = field(default_factory=Asked)
    _pen: Pen = field(init=False)
    _passed: list[str] = field(default_factory=list)
    """Sequences that are not about cells, waiting to be sent."""
    _marks: bool = False

    def __post_init__(self) -> None:
        self._wanted = self._unknown()
        self.forget()

    def _unknown(self) -> list[Row]:
        n = self.columns
        return [Row([NOTHING] * n, [UNKNOWN] * n) for _ in range(self.rows)]

    def forget(self) -> None:
        """Nothing is known of the terminal: all that is wanted is sent again."""
        self._shown = self._unknown()
        self._pen = Pen(self.columns, self._styles, self.erases, ends=self.restyle is None)
        self._touched = dict.fromkeys(range(self.rows), (0, self.columns))

    def resized(self, columns: int, rows: int) -> ScreenDiff:
        """One for a terminal of this size, of which nothing is known yet, cursor and all."""
        fresh = ScreenDiff(columns, rows, self.restyle, self.erases)
        fresh._passed, fresh._marks = self._passed, self._marks
        return fresh

    def changes(self, data: str) -> str:
        """What must be written so that the terminal shows what ``data`` would make it show."""
        self.feed(data)
        return self.take()

    # What is wanted

    def feed(self, data: str) -> None:
        """Read a part of a frame, in the words that Textual sends to a terminal."""
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

    def _restyle(self, style: str) -> None:
        if style in ("", "0"):
            self._asked.style = 0
            return
        before = self._styles[self._asked.style].codes
        whole = f"{before};{style}" if before else style
        if self.restyle is not None:
            whole = self.restyle(whole)
        number = self._numbers.get(whole)
        if number is None:
            number = self._numbers[whole] = len(self._styles)
            self._styles.append(style_codes.read(whole))
        self._asked.style = number

    def _line_end(self, end: str) -> None:
        if end == "\r":
            self._asked.x = 0
        else:
            self._asked.y = min((self._asked.y or 0) + 1, self.rows - 1)

    def _pass_on(self, sequence: str) -> None:
        if sequence in FRAME_MARKS:
            self._marks = True
        elif HARMLESS.fullmatch(sequence):
            self._passed.append(sequence)
        else:
            # It may do anything to the cells: what came before it is written before it.
            self._passed = [self.take(), sequence]
            self._wanted = self._unknown()
            self.forget()

    def _text(self, text: str) -> None:
        y, x = self._asked.y, self._asked.x
        if y is None or x is None or y >= self.rows or x >= self.columns:
            return
        row = self._wanted[y]
        if text.isascii() or all(get_character_cell_size(char) == 1 for char in text):
            cells = list(text[: self.columns - x])
        else:
            cells = wide_cells(text)[: self.columns - x]
            row.wide = True
        end = x + len(cells)
        styles = [self._asked.style] * len(cells)
        self._asked.x = end
        if row.chars[x:end] == cells and row.styles[x:end] == styles:
            return
        if row.wide:
            self._cut(row, x, end)
        row.chars[x:end] = cells
        row.styles[x:end] = styles
        first, last = self._touched.get(y, (x, end))
        self._touched[y] = (min(first, x), max(last, end))

    def _cut(self, row: Row, x: int, end: int) -> None:
        """Of a wide character that loses one half, terminals blank the other."""
        if row.chars[x] == CONTINUED and x:
            row.chars[x - 1] = " "
        if end < self.columns and row.chars[end] == CONTINUED:
            row.chars[end] = " "

    # What is sent

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to send."""
        return not self._passed and not any(map(self._differs, self._touched))

    def take(self) -> str:
        """What must be written so that the terminal shows what is wanted; it counts as shown."""
        for y in sorted(self._touched):
            if self._differs(y):
                self._send_row(y, *self._touched[y])
        self._touched = {}
        passed, self._passed = "".join(self._passed), []
        self._settle()
        changed = self._pen.take()
        if changed and self._marks:
            changed = changed.join(FRAME_MARKS)
        return passed + changed

    def _differs(self, y: int) -> bool:
        wanted, shown = self._wanted[y], self._shown[y]
        return wanted.chars != shown.chars or wanted.styles != shown.styles

    def _send_row(self, y: int, first: int, last: int) -> None:
        """Send the runs of cells that differ, near ones together."""
        wanted, shown = self._wanted[y], self._shown[y]
        if wanted.wide or shown.wide:
            wanted.wide = any(len(char) != 1 for char in wanted.chars)
            shown.wide = wanted.wide
            self._send(y, 0, self.columns)
            return
        start = end = -1
        for x in range(first, last):
            if wanted.chars[x] != shown.chars[x] or wanted.styles[x] != shown.styles[x]:
                if start >= 0 and x - end > BRIDGE:
                    self._send(y, start, end)
                    start = x
                elif start < 0:
                    start = x
                end = x + 1
        if start >= 0:
            self._send(y, start, end)

    def _send(self, y: int, start: int, end: int) -> None:
        """Write the cells of a row from one column to another, run of style by run of style."""
        wanted, shown = self._wanted[y], self._shown[y]
        styles, x = wanted.styles, start
        while x < end:
            style, left = styles[x], x
            while x < end and styles[x] == style:
                x += 1
            if style != UNKNOWN:
                write = self._pen.write_wide if wanted.wide else self._pen.write
                write(y, left, style, "".join(wanted.chars[left:x]))
        shown.chars[start:end] = wanted.chars[start:end]
        shown.styles[start:end] = styles[start:end]

    def _settle(self) -> None:
        """Leave cursor and style where the frame leaves them."""
        asked, pen = self._asked, self._pen
        if pen.style != UNKNOWN:
            pen.restyle(asked.style)
        if (asked.x, asked.y) != (pen.x, pen.y) and asked.x is not None:
            pen.go_to(asked.y or 0, min(asked.x, self.columns - 1))
            pen.x, pen.y = asked.x, asked.y


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
