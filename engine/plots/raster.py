"""Lines as dots and dots as characters, with numpy: all that knows how a cell is divided."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.plots.axis import Ints
from engine.plots.numbers import Floats
from engine.plots.options import Glyphs

Short = NDArray[np.int16]


class Pattern(Enum):
    """Which dots of a line are drawn: for what colour alone must not say."""

    SOLID = (1, 1)
    DOTTED = (1, 2)
    DASHED = (4, 8)


DOTS = {Glyphs.BRAILLE: (2, 4), Glyphs.BLOCKS: (1, 2), Glyphs.ASCII: (1, 1)}
"""Dots across and upright in one cell."""
# The order of the dots in the bits of a braille pattern, row by row.
BRAILLE_BITS = np.array([0, 3, 1, 4, 2, 5, 6, 7])
CODES = {
    Glyphs.BRAILLE: np.arange(0x2800, 0x2900, dtype=np.uint32),
    Glyphs.BLOCKS: np.array([ord(char) for char in " ▀▄█"], dtype=np.uint32),
}
"""Characters by the bits of their dots."""
NEAR = 1 << 14
MOST_DOTS = 4_000_000


@lru_cache(maxsize=8)
def slots(rows: int, columns: int, glyphs: Glyphs) -> Ints:
    """For every dot (row by row) its bit in an array of eight bits a cell."""
    wide, high = DOTS[glyphs]
    y, x = np.divmod(np.arange(rows * high * columns * wide), columns * wide)
    inside = (y % high) * wide + x % wide
    bits = BRAILLE_BITS[inside] if glyphs is Glyphs.BRAILLE else inside
    found: Ints = ((y // high) * columns + x // wide) * 8 + bits
    return found


def meet(first: Ints, last: Ints, top: Ints, foot: Ints, joined: NDArray[np.bool_]) -> None:
    """Lengthen neighbouring columns until they meet halfway between an end and a beginning."""
    a = np.flatnonzero(joined)
    rise = first[a + 1] - last[a]
    half, way = (np.abs(rise)) // 2, np.sign(rise)
    reach = last[a] + way * half
    top[a], foot[a] = np.minimum(top[a], reach), np.maximum(foot[a], reach)
    back = np.where(rise == 0, first[a + 1], reach + way)
    top[a + 1] = np.minimum(top[a + 1], back)
    foot[a + 1] = np.maximum(foot[a + 1], back)


def fill(
    tops: Short, foots: Short, rows: int, glyphs: Glyphs, pattern: Pattern
) -> NDArray[np.uint8]:
    """Dots of every cell when each dot column is filled from top to foot (none if top > foot)."""
    wide, high = DOTS[glyphs]
    above, place = _places(rows, len(tops), glyphs, pattern)
    first = min(max(int(tops.min()) // high, 0), rows)
    last = min(max(int(foots.max()) // high + 1, first), rows)
    above = above[first:last]
    start = np.minimum(np.maximum(tops - above, 0), high)
    end = np.minimum(np.maximum(foots + np.int16(1) - above, 0), high)
    start *= high + 1
    start += end
    start += place[first:last] if place.ndim == 2 else place
    bits: NDArray[np.uint8] = _runs(glyphs, pattern).take(start)
    found = np.zeros((rows, len(tops) // wide), np.uint8)
    found[first:last] = bits if wide == 1 else bits[:, 0::2] | bits[:, 1::2]
    return found


@lru_cache(maxsize=16)
def _places(
    rows: int, across: int, glyphs: Glyphs, pattern: Pattern
) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """The first dot of every row of cells, and where the table of runs begins for each column."""
    wide, high = DOTS[glyphs]
    column = np.arange(across, dtype=np.int16)
    above = np.arange(rows, dtype=np.int16)[:, None] * np.int16(high)
    kind = column % wide
    if pattern is not Pattern.SOLID:
        kind = kind * 2 + (column + above) % 2
    return above, kind * np.int16((high + 1) ** 2)


@lru_cache(maxsize=16)
def _runs(glyphs: Glyphs, pattern: Pattern) -> NDArray[np.uint8]:
    """Bits of a run of dots in a cell, by its column there and where it starts and ends.

    Of a pattern, also by whether the cell's first dot is an odd one, before start and end.
    """
    wide, high = DOTS[glyphs]
    order = slots(1, 1, glyphs).reshape(high, wide)
    kinds = 1 if pattern is Pattern.SOLID else 2
    table = np.zeros((wide, kinds, high + 1, high + 1), np.uint8)
    for column, odd, start, end in np.ndindex(*table.shape):
        drawn = [y for y in range(start, end) if kinds == 1 or (odd + y) % 2 == 0]
        table[column, odd, start, end] = sum(1 << int(order[y, column]) for y in drawn)
    return table.reshape(-1)


def clip(
    x0: Floats, y0: Floats, x1: Floats, y1: Floats, across: int, upright: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """The parts of segments inside the dots (Liang and Barsky, all segments at once)."""
    right, bottom = across - 0.51, upright - 0.51
    low, high = np.minimum(x0, x1), np.maximum(x0, x1)
    top, foot = np.minimum(y0, y1), np.maximum(y0, y1)
    near = (high >= -0.49) & (low <= right) & (foot >= -0.49) & (top <= bottom)
    inside = near & (low >= -0.49) & (high <= right) & (top >= -0.49) & (foot <= bottom)
    if inside.all():
        return x0, y0, x1, y1
    cross = near & ~inside
    kept = x0[inside], y0[inside], x1[inside], y1[inside]
    cuts = _cut(x0[cross], y0[cross], x1[cross], y1[cross], right, bottom)
    a, b, c, d = (np.concatenate(pair) for pair in zip(kept, cuts, strict=True))
    return a, b, c, d


def _cut(
    x0: Floats, y0: Floats, x1: Floats, y1: Floats, right: float, bottom: float
) -> tuple[Floats, Floats, Floats, Floats]:
    dx, dy = x1 - x0, y1 - y0
    start, end = np.zeros(len(x0)), np.ones(len(x0))
    seen = np.ones(len(x0), bool)
    with np.errstate(all="ignore"):
        for slope, gap in ((-dx, x0 + 0.49), (dx, right - x0), (-dy, y0 + 0.49), (dy, bottom - y0)):
            t = gap / slope
            start = np.where(slope < 0, np.maximum(start, t), start)
            end = np.where(slope > 0, np.minimum(end, t), end)
            seen &= (slope != 0) | (gap >= 0)
    seen &= start <= end
    x0, y0, dx, dy, start, end = x0[seen], y0[seen], dx[seen], dy[seen], start[seen], end[seen]
    found = x0 + dx * start, y0 + dy * start, x0 + dx * end, y0 + dy * end
    a, b = (np.clip(value, -0.49, right) for value in found[::2])
    c, d = (np.clip(value, -0.49, bottom) for value in found[1::2])
    return a, c, b, d


def walk(x0: Floats, y0: Floats, x1: Floats, y1: Floats) -> tuple[Ints, Ints]:
    """Every dot of every segment."""
    dx, dy = x1 - x0, y1 - y0
    n = np.ceil(np.maximum(np.abs(dx), np.abs(dy))).astype(np.int64) + 1
    total = int(n.sum())
    if total > MOST_DOTS:  # more than any screen shows: every k-th segment paints the same picture
        every = slice(None, None, -(-total // MOST_DOTS))
        return walk(x0[every], y0[every], x1[every], y1[every])
    step = np.arange(total) - np.repeat(np.cumsum(n) - n, n)
    gaps = np.maximum(n - 1, 1)
    px = np.repeat(x0, n) + np.repeat(dx / gaps, n) * step
    py = np.repeat(y0, n) + np.repeat(dy / gaps, n) * step
    # Halves up: adding before cutting off is quicker than rounding, and nothing here is below -0.5.
    return (px + 0.5).astype(np.int64), (py + 0.5).astype(np.int64)
