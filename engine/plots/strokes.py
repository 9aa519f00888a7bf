"""Which cells the named lines of a picture cross, and whose ink is seen where several do."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

SHARED, LEAST_SHARED = 0.9, 3
"""Part of its dots, and how many cells, that a stroke shares with the one it runs under."""
DOTS_IN = np.array([bits.bit_count() for bits in range(256)], np.uint8)


@dataclass
class Strokes:
    """Which dots the named strokes of a picture have in every cell, and whose ink is seen."""

    rows: int
    columns: int
    owner: int | None = None
    """Whose stroke is drawn now: a number from 0 on; None while what is drawn has no name."""
    bits: NDArray[np.uint8] = field(init=False)
    many: NDArray[np.uint8] = field(init=False)
    """How many strokes cross each cell."""
    dots: dict[int, NDArray[np.uint8]] = field(default_factory=dict)
    """The dots of every stroke, as bits of the cells."""

    def __post_init__(self) -> None:
        self.bits = np.zeros((self.rows, self.columns), np.uint8)
        self.many = np.zeros((self.rows, self.columns), np.uint8)

    def drawn(
        self, mask: NDArray[np.uint8], hit: NDArray[np.bool_]
    ) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
        """Take in more dots; returns all dots of these cells, and where the ink is the owner's."""
        if self.owner is None:
            return mask, hit
        known = self.dots.get(self.owner)
        self.dots[self.owner] = mask if known is None else known | mask
        new = hit if known is None else hit & (known == 0)
        np.bitwise_or(self.bits, mask, out=self.bits)
        turn = _turns(self.rows, self.columns) % (self.many + np.uint8(1)) == 0
        own = new & turn if known is None else (new & turn) | (hit & ~new & (self.many < 2))
        self.many += new
        return self.bits, own

    def under(self, owner: int) -> int | None:
        """A later stroke that has nearly all the dots of this one; None for none."""
        mine = self.dots.get(owner)
        if mine is None or np.count_nonzero(mine) < LEAST_SHARED:
            return None
        least = SHARED * int(DOTS_IN[mine].sum())
        for other in sorted(self.dots):
            if other > owner and DOTS_IN[mine & self.dots[other]].sum() >= least:
                return other
        return None


@lru_cache(maxsize=8)
def _turns(rows: int, columns: int) -> NDArray[np.uint8]:
    """Which cells are whose turn where strokes run together: changes along lines of any slope."""
    row, column = np.mgrid[:rows, :columns]
    return np.asarray((column // 2 + row) % 12, np.uint8)
