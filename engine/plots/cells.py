"""A rectangle of terminal cells: characters, and what each of them means (never a colour)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Ink(IntEnum):
    """What a character is for. The screen gives each a colour of its theme."""

    BLANK = 0
    FRAME = 1
    TICK = 2
    TITLE = 3
    MUTED = 4
    DATA = 5
    VALIDATION = 6
    FIT = 7
    GHOST = 8
    MARK = 9
    POSITIVE = 10
    NEGATIVE = 11
    ZERO = 12
    WARNING = 13
    ACCENT = 14
    RAW_1 = 15
    RAW_2 = 16
    RAW_3 = 17
    RAW_4 = 18
    RAW_5 = 19
    RAW_6 = 20
    RAW_7 = 21
    RAW_8 = 22
    SERIES_1 = 23
    SERIES_2 = 24
    SERIES_3 = 25
    SERIES_4 = 26
    SERIES_5 = 27
    SERIES_6 = 28
    SERIES_7 = 29
    SERIES_8 = 30
    TEXT = 31
    HEAT_1 = 32
    HEAT_2 = 33
    HEAT_3 = 34
    HEAT_4 = 35
    HEAT_5 = 36
    HEAT_6 = 37
    HEAT_7 = 38
    HEAT_8 = 39
    HEAT_9 = 40
    HEAT_10 = 41
    HEAT_11 = 42
    HEAT_12 = 43
    HEAT_13 = 44
    HEAT_14 = 45
    HEAT_15 = 46
    HEAT_16 = 47


HEAT_LEVELS = 16
"""``paper`` runs from 1 (lowest) to this; 0 is the page itself. ``HEAT_1`` to ``HEAT_16`` are the
same colours as inks, for half a cell."""

SHADES = " ░▒▓█"
ASCII_SHADES = " .-:="
"""What stands for paper in blank cells where colours are too few to carry it, lightest first."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Arrays of shape (rows, columns): one character, its ink and its paper per cell.

    A character two columns wide is followed by a cell with the empty string.
    """

    chars: NDArray[np.str_]
    ink: NDArray[np.uint8]
    paper: NDArray[np.uint8]
    shades: str = SHADES

    @property
    def codes(self) -> NDArray[np.uint32]:
        """The characters as code points, which compare far quicker; 0 for the empty string."""
        return self.chars.view(np.uint32)

    def shaded(self) -> NDArray[np.str_]:
        """The characters, with shades in cells that have paper and nothing written on them."""
        if not self.paper.any():
            return self.chars
        steps = len(self.shades) - 1
        table = [" "] + [
            self.shades[-(-n * steps // HEAT_LEVELS)] for n in range(1, HEAT_LEVELS + 1)
        ]
        shades = np.array(table)[np.minimum(self.paper, HEAT_LEVELS)]
        return np.where((self.chars == " ") & (self.ink == Ink.BLANK), shades, self.chars)
