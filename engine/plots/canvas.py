"""Points and lines as dots of terminal cells, rasterised with numpy.

A cell has one ink. What is drawn without a name (bands, stems) takes the whole cell. Named strokes
hide nothing: a cell that several of them cross holds the dots of all, and where they run together
they take turns with their inks. Points are characters of their own kind, others where a stroke
passes; where many crowd together they are dots in the ink of their kind. Everything is clipped
before it becomes dots, so a value far outside the limits costs no more than one inside.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.history import Buckets, Columns
from engine.plots.axis import Axis, Ints, dots, nearest
from engine.plots.cells import Ink
from engine.plots.lettering import width
from engine.plots.limits import Span
from engine.plots.numbers import Floats
from engine.plots.options import Glyphs
from engine.plots.page import Page
from engine.plots.raster import CODES, DOTS, NEAR, Pattern, clip, fill, meet, slots, walk
from engine.plots.strokes import Strokes

__all__ = ["DOTS", "FAINT", "POINTS", "STEM", "Canvas", "Ints", "Pattern"]

FAINT, STEM = "·", "│"
"""Letters for what half blocks would make too heavy; in ASCII their likenesses stand for them."""
NOWHERE = -1.0
NEAR_END, FEW_TRIES = 5, 12
"""The last fifth of a line's places, or so many, are where its head may stand."""
REACH = 3, 8
"""Rows and columns from the end within which it is still the head of that end."""
FAR_OFF = 1.5
"""Covered cells that are as bad as words one choice further from their place."""
TRAIN, VALIDATION = 1, 2
"""Kinds of points, as bits."""
POINTS = {
    Glyphs.BRAILLE: np.array(list("?•×*?øX#")),
    Glyphs.BLOCKS: np.array(list("?•×*?øX#")),
    Glyphs.ASCII: np.array(list("?ox%?OX8")),
}
"""Characters of the kinds of points in a cell; from the fourth on, of a cell a stroke crosses."""
MANY, CROWDED = 40, 0.9
"""So many points that have fewer cells than this part of their number would look like stairs."""


@dataclass
class Canvas:
    """The inside of a frame: a page with axes (x, y) on it."""

    page: Page
    x: Span
    y: Span
    glyphs: Glyphs
    colorless: bool = False
    """Thin out what should look dim, since no colour will do it."""
    axes: tuple[Axis, Axis] = field(init=False)
    """Across and upward: the scales that ticks are placed by."""
    across: int = field(init=False)
    upright: int = field(init=False)
    strokes: Strokes = field(init=False)
    """The named strokes that have been drawn."""
    points_in: NDArray[np.uint8] = field(init=False)
    """Bits of the kinds of points that lie in each cell."""
    crowd: NDArray[np.uint8] = field(init=False)
    """The dots of points that are drawn as dots."""
    taken: dict[tuple[int, int], int] = field(default_factory=dict)
    """How many heads and marks stand in a (row, column)."""
    ends: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Where lines end, by the place of their mark."""

    def __post_init__(self) -> None:
        wide, high = DOTS[self.glyphs]
        self.axes = (
            Axis(self.x, self.page.columns, wide),
            Axis(self.y, self.page.rows, high, upward=True),
        )
        self.across, self.upright = (axis.count for axis in self.axes)
        self.strokes = Strokes(self.page.rows, self.page.columns)
        self.points_in = np.zeros(self.page.chars.shape, np.uint8)
        self.crowd = np.zeros(self.page.chars.shape, np.uint8)

    def px(self, x: Floats) -> Floats:
        """Data values as dot columns, from 0 to ``across - 1`` inside; NaN where undrawable."""
        return self.axes[0].places(self.x.units(x))

    def py(self, y: Floats) -> Floats:
        """Data values as dot rows, counted from the top."""
        return self.py_of_units(self.y.units(y))

    def py_of_units(self, units: Floats) -> Floats:
        """Drawing units of the y axis as dot rows, counted from the top."""
        return self.axes[1].places(units)

    def columns(self, buckets: Buckets) -> Columns:
        """What falls into each dot column, by the scale that everything is placed by."""
        return buckets.gathered(self.axes[0].dots_of(buckets.x), self.across)

    def points(self, px: Floats, py: Floats, ink: Ink, letter: str = FAINT) -> None:
        """One dot each; what lies outside or is NaN is left out."""
        self._dots(*self._inside(px, py), ink, letter)

    def _inside(self, px: Floats, py: Floats) -> tuple[Ints, Ints]:
        """The dots of those that lie inside."""
        right, bottom = self.across - 0.5, self.upright - 0.5
        with np.errstate(all="ignore"):
            good = (px >= -0.5) & (px < right) & (py >= -0.5) & (py < bottom)
        return dots(px[good]), dots(py[good])

    def polyline(
        self,
        px: Floats,
        py: Floats,
        ink: Ink,
        letter: str = "*",
        *,
        pattern: Pattern = Pattern.SOLID,
    ) -> None:
        """A line through the points in their order; NaN breaks it."""
        good = np.isfinite(px) & np.isfinite(py)
        joined = good[:-1] & good[1:]
        alone = good.copy()
        alone[1:] &= ~joined
        alone[:-1] &= ~joined
        a = np.flatnonzero(joined)
        self.segments(px[a], py[a], px[a + 1], py[a + 1], ink, letter, pattern=pattern)
        if alone.any():
            self.points(px[alone], py[alone], ink, letter)

    def segments(
        self,
        x0: Floats,
        y0: Floats,
        x1: Floats,
        y1: Floats,
        ink: Ink,
        letter: str = "*",
        *,
        pattern: Pattern = Pattern.SOLID,
    ) -> None:
        """Straight lines between dots, clipped."""
        x0, y0, x1, y1 = clip(x0, y0, x1, y1, self.across, self.upright)
        if not len(x0):
            return
        px, py = walk(x0, y0, x1, y1)
        if pattern is not Pattern.SOLID:
            drawn, every = pattern.value
            # By place, not by length walked: dots stand still while a line grows.
            along = px + py if every == 2 else px
            kept = along % every < drawn
            px, py = px[kept], py[kept]
        self._dots(px, py, ink, letter)

    def profile(
        self,
        index: Ints,
        rows: Floats,
        ink: Ink,
        letter: str = "*",
        *,
        pattern: Pattern = Pattern.SOLID,
        also: tuple[Floats, Floats] | None = None,
    ) -> None:
        """Dot columns from their lowest to their highest row, each joined to the one after it.

        ``index`` holds ascending dot columns, ``rows`` of shape (4, columns) the dot rows where
        each begins, ends, is lowest and is highest; (1, columns) where all these are one, and
        (2, columns) the lowest and the highest alone, which are not joined. NaN leaves a gap.
        ``also`` are single dots that belong to them.
        """
        if not len(index):
            return
        lost = np.isnan(rows[-2:]).any(axis=0)
        whole = dots(np.fmin(np.fmax(rows, -NEAR), NEAR))
        top, foot = np.minimum(whole[-2 % len(whole)], whole[-1]), whole[-2:].max(axis=0)
        far: NDArray[np.bool_] | None = None
        if len(rows) != 2:
            begin, end = rows[0], rows[1 % len(rows)]
            joined = ~np.isnan(end[:-1] + begin[1:])
            apart = index[1:] - index[:-1] > 1
            far = joined & apart if apart.any() else None
            meet(whole[0], whole[1 % len(rows)], top, foot, joined & ~apart)
        top[lost], foot[lost] = NEAR, -NEAR
        ends = np.full((2, self.across), NEAR, np.int16)
        ends[1] = -NEAR
        ends[:, index] = top, foot
        mask = fill(ends[0], ends[1], self.page.rows, self.glyphs, pattern)
        if also is not None:
            mask |= self._mask(*self._inside(*also))
        self._paint(mask, ink, letter)
        if far is not None and far.any():
            a = np.flatnonzero(far)
            x = index.astype(np.float64)
            self.segments(x[a], end[a], x[a + 1], begin[a + 1], ink, letter, pattern=pattern)

    def marks(self, px: Floats, py: Floats, kind: int, ink: Ink) -> None:
        """Points of a kind (see `POINTS`), one character a cell however many share it.

        A cell that a stroke crosses keeps the stroke's ink: its character tells of the point.
        """
        wide, high = DOTS[self.glyphs]
        column, row = self._inside(px, py)
        cells = row // high, column // wide
        old = self.points_in[cells]
        self.points_in[cells] |= np.uint8(kind)
        if self.glyphs is Glyphs.BRAILLE and self._is_crowd(cells):
            # Beside a character, a dot would not be seen.
            is_free = (old == 0) | ((old == kind) & (self.crowd[cells] > 0))
            rest = self._crowded(column[is_free], row[is_free], kind, ink)
            kept = ~is_free | rest[cells]
            cells = cells[0][kept], cells[1][kept]
        self.crowd[cells] = 0
        crossed = self.strokes.many[cells] > 0
        kinds = np.where(crossed, 4, 0) + self.points_in[cells]
        self.page.chars[cells] = POINTS[self.glyphs][kinds]
        free = tuple(each[~crossed] for each in cells)
        self.page.ink[free] = ink

    def _crowded(self, column: Ints, row: Ints, kind: int, ink: Ink) -> NDArray[np.bool_]:
        """Points as dots, also beside those of a stroke; returns where that would show none.

        Dots in a stroke's ink tell no kind: only those of training data stand beside it.
        """
        self.crowd |= self._mask(column, row)
        line = self.strokes.bits
        shown = (self.crowd & ~line if kind == TRAIN else np.where(line, 0, self.crowd)) > 0
        shown &= self.points_in == kind
        bits = self.crowd[shown] | line[shown]
        self.page.chars.view(np.uint32)[shown] = CODES[self.glyphs][bits]
        self.page.ink[shown & (line == 0)] = ink
        return ~shown

    def _is_crowd(self, cells: tuple[Ints, Ints]) -> bool:
        """Whether so many points share cells that dots show more of them than characters."""
        many = len(cells[0])
        if many < MANY:
            return False
        return np.unique(cells[0] * self.page.columns + cells[1]).size < CROWDED * many

    def cell(self, px: float, py: float) -> tuple[int, int] | None:
        """The (row, column) of a dot; None outside."""
        if not (-0.5 <= px < self.across - 0.5 and -0.5 <= py < self.upright - 0.5):
            return None
        wide, high = DOTS[self.glyphs]
        return nearest(py) // high, nearest(px) // wide

    def glyph(self, px: float, py: float, char: str, ink: Ink) -> tuple[int, int] | None:
        """A whole character on the cell of a dot; returns its (row, column), None outside.

        Where such characters meet, their number stands for them.
        """
        place = self.cell(px, py)
        if place is not None and place in self.taken:
            place = self._numbered_beside(place) or place
        if place is not None:
            here = self.taken[place] = self.taken.get(place, 0) + 1
            self.page.write(*place, char if here == 1 else str(min(here, 9)), ink)
        return place

    def _numbered_beside(self, place: tuple[int, int]) -> tuple[int, int] | None:
        """A number right beside a cell, if there is one: two of them would be read as one."""
        row, column = place
        beside = ((row, column - 1), (row, column + 1))
        return next((each for each in beside if self.taken.get(each, 0) > 1), None)

    def head(self, px: Floats, py: Floats, char: str, ink: Ink) -> tuple[int, int] | None:
        """A character at the end of a line, or as near to it on the line as there is room.

        It covers no point and no other head; the end itself where all of the line is taken.
        """
        good = np.flatnonzero(np.isfinite(px) & np.isfinite(py))[::-1]
        good = good[: max(len(good) // NEAR_END, FEW_TRIES)]
        end: int | None = None
        first = 0, 0
        for i in good.tolist():
            place = self.cell(px[i], py[i])
            if place is None or self.points_in[place]:
                continue
            end, first = (i, place) if end is None else (end, first)
            if place not in self.taken and _is_near(place, first):
                return self.glyph(px[i], py[i], char, ink)
        return None if end is None else self.glyph(px[end], py[end], char, ink)

    def name(self, end: tuple[int, int], name: str, ink: Ink) -> None:
        """A name near a line's end, if there is room that nothing else is near."""
        row, column = end
        wide = width(name)
        left = min(column - wide // 2, self.page.columns - wide)
        for at in ((row, column + 2), (row - 1, left), (row + 1, left)):
            cells = slice(max(at[1] - 1, 0), at[1] + wide + 1)
            fits = 0 <= at[0] < self.page.rows and 0 <= at[1] <= self.page.columns - wide
            if fits and (self.page.chars[at[0], cells] == " ").all():
                self.page.write(*at, name, ink)
                return

    def room_for(self, place: tuple[int, int], wide: int) -> tuple[int, int]:
        """Where words of this width cover least near a cell: best to its right."""
        row, column = place
        sides = (column + 1, column - wide, column - wide // 2)
        tries = [(row + down, left) for down in (0, -1, 1) for left in sides[: 2 + abs(down)]]
        fitting = [
            (self._covered(found, wide) + FAR_OFF * rank, found)
            for rank, found in enumerate(tries)
            if 0 <= found[0] < self.page.rows and 0 <= found[1] <= self.page.columns - wide
        ]
        return min(fitting, default=(0, (row, column + 1)))[1]

    def _covered(self, place: tuple[int, int], wide: int) -> float:
        """How much words would hide there; points and heads above all."""
        row, cells = place[0], slice(place[1], place[1] + wide)
        points = int(np.count_nonzero(self.points_in[row, cells]))
        heads = sum((row, column) in self.taken for column in range(cells.start, cells.stop))
        ink = self.page.ink[row, cells]
        behind = (ink == Ink.BLANK) | (ink == Ink.MUTED) | (ink >= Ink.HEAT_1)
        return int(np.count_nonzero(~behind)) + 99 * (points + heads)

    def _dots(self, px: Ints, py: Ints, ink: Ink, letter: str) -> None:
        if len(px):
            self._paint(self._mask(px, py), ink, letter)

    def _mask(self, px: Ints, py: Ints) -> NDArray[np.uint8]:
        """The bits of dots in every cell."""
        order = slots(self.page.rows, self.page.columns, self.glyphs)
        drawn = np.zeros(self.page.rows * self.page.columns * 8, bool)
        drawn[order[py * self.across + px]] = True
        return np.packbits(drawn, bitorder="little").reshape(self.page.chars.shape)

    def _paint(self, mask: NDArray[np.uint8], ink: Ink, letter: str) -> None:
        """Set the cells that have dots; named strokes join those that are there."""
        hit = mask != 0
        mask, own = self.strokes.drawn(mask, hit)
        if self.glyphs is Glyphs.ASCII or (self.glyphs is Glyphs.BLOCKS and not letter.isascii()):
            self.page.chars[own] = letter
        else:  # as code points, which numpy copies far quicker than characters
            codes = CODES[self.glyphs].take(mask)
            np.copyto(self.page.chars.view(np.uint32), codes, where=hit)
        np.copyto(self.page.ink, np.uint8(ink), where=own)


def _is_near(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether a head in one cell is seen as that of the other."""
    return all(abs(a - b) <= most for a, b, most in zip(one, other, REACH, strict=True))
