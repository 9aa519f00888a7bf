"""A pen on a terminal: where its cursor is, in which style it writes, and how to get further."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tui.terminal import style_codes
from tui.terminal.style_codes import Style

FEWEST_ERASED = 11
"""Blanks it takes longer to write than to erase and to go on behind them."""

BLANKS = re.compile(f"( {{{FEWEST_ERASED},}})")

UNKNOWN = -1
"""The style of what nobody knows."""


@dataclass(slots=True)
class Pen:
    """Writes cells in as few bytes as it can."""

    columns: int
    styles: list[Style]
    """By their numbers; 0 is the terminal's own."""
    erases: bool = False
    """Whether the terminal erases cells in the colour it writes in."""
    ends: bool = True
    """Whether the terminal can end a single attribute or colour."""
    x: int | None = None
    y: int | None = None
    style: int = UNKNOWN
    _out: list[str] = field(default_factory=list)

    def take(self) -> str:
        """What has been written since the last time."""
        written, self._out = "".join(self._out), []
        return written

    def go_to(self, y: int, x: int) -> None:
        """Move to a cell, counted from 0."""
        if self.y == y and self.x is not None and self.x < x:
            self._out.append(f"\x1b[{x - self.x}C")
        elif (self.y, self.x) != (y, x):
            self._out.append(f"\x1b[{y + 1};{x + 1}H")
        self.y, self.x = y, x

    def restyle(self, style: int) -> None:
        """Write in another style from now on."""
        if self.style != style:
            before = self.styles[self.style] if self.style != UNKNOWN else None
            self._out.append(style_codes.change(before, self.styles[style], ends=self.ends))
            self.style = style

    def _take_paper(self, style: int) -> None:
        """Like `restyle`, for blanks: whatever their ink is, nobody sees it."""
        now = self.styles[self.style] if self.style != UNKNOWN else None
        if now is None or not now.is_erasable or now.paper != self.styles[style].paper:
            self.restyle(style)

    def write(self, y: int, x: int, style: int, text: str) -> None:
        """Write text of narrow characters; long runs of blanks are erased instead, if possible."""
        is_plain = self.styles[style].is_erasable
        for run in filter(None, BLANKS.split(text) if is_plain else [text]):
            self.go_to(y, x)
            x += len(run)
            is_blank = is_plain and not run.strip(" ")
            if is_blank:
                self._take_paper(style)
            else:
                self.restyle(style)
            if is_blank and self.erases and len(run) >= FEWEST_ERASED:
                self._out.append("\x1b[K" if x == self.columns else f"\x1b[{len(run)}X")
            else:
                self._out.append(run)
                # In the last column terminals keep the cursor in different places.
                self.x = x if x < self.columns else None

    def write_wide(self, y: int, x: int, style: int, text: str) -> None:
        """Write text with wide characters: terminals disagree on where the cursor is then."""
        self.go_to(y, x)
        self.restyle(style)
        self._out.append(text)
        self.x = None
