"""The one scale of a direction: in which dot, and so in which cell, a number lies.

Data, ticks, cursor and marks all ask here, so that a tick stands where its number is drawn.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.plots.limits import Span
from engine.plots.numbers import Floats

Ints = NDArray[np.int64]
FAR = 1e12
STEPS = (1, 2, 3, 4, 5, 10, 20, 50, 100, 200)
"""Decades from one tick to the next."""
LESS_THAN_A_DECADE = 0.7
"""Up to here a log axis has plain steps as ticks."""
FEW = 3.0
"""Decades up to which there are ticks between them too."""
GAP = 2
"""Cells from one tick to the next, where there is room, so that labels do not stand close."""
FILLED = 0.75
"""Part of an axis that data should fill at least when it is widened."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A span over ``cells`` cells of ``dots`` dots; ``upward``: the first cell is the highest."""

    span: Span
    cells: int
    dots: int = 1
    upward: bool = False

    @property
    def count(self) -> int:
        """How many dots there are."""
        return self.cells * self.dots

    def places(self, units: Floats) -> Floats:
        """Drawing units in dots, from 0 to ``count - 1`` inside; NaN where undrawable."""
        start, end = self.span.lo, self.span.hi
        if self.upward:
            start, end = end, start
        with np.errstate(all="ignore"):
            found = (units - start) / (end - start) * (self.count - 1)
            return np.where(np.isfinite(units), np.clip(found, -FAR, FAR), np.nan)

    def dots_of(self, values: Floats) -> Ints:
        """The dots of data values; those outside the axis are just outside."""
        start, end = self.span.lo, self.span.hi
        if self.upward:
            start, end = end, start
        with np.errstate(all="ignore"):
            found = (self.span.units(values) - start) / (end - start) * (self.count - 1)
        # What a log axis cannot show lies before its beginning.
        found = np.fmin(np.fmax(found, -1.0), float(self.count))
        return np.floor(found + 0.5).astype(np.int64)

    def cell(self, value: float) -> int | None:
        """The cell a data value is drawn in; None outside."""
        place = float(self.places(self.span.units(np.array([value])))[0])
        if not -0.5 <= place < self.count - 0.5:
            return None
        return nearest(place) // self.dots

    def widened(self) -> Axis:
        """A log axis a little longer, so that its decades lie whole cells apart."""
        if self._length < LESS_THAN_A_DECADE:
            return self
        for share, least in ((FILLED, GAP), (0.0, 1)):
            for step in STEPS if self._length > FEW else STEPS[:1]:
                found = self._widest(step, least)
                if found is not None and found._length * share <= self._length:
                    return found
        return self

    def _widest(self, step: int, least: int) -> Axis | None:
        """With ticks every ``step`` decades, as many cells apart as there is room for."""
        most = min(int(self.cells / self._length * step), self.cells // 2)
        tries = (self._latticed(step, apart) for apart in range(most, least - 1, -1))
        return next((found for found in tries if found is not None), None)

    def decades(self) -> int:
        """How many decades lie between two ticks that are whole cells apart; else just enough."""
        a_decade = self._decade
        for gap, steps in ((GAP, self.even_steps()), (1, self.even_steps()), (1, STEPS)):
            for step in steps:
                if step * a_decade >= gap - 1e-6:
                    return step
        return STEPS[-1]

    def even_steps(self) -> list[int]:
        """Steps in decades that are whole cells."""
        return [s for s in STEPS if 1 <= round(s * self._decade, 6) == round(s * self._decade)]

    @property
    def _decade(self) -> float:
        """Cells of one decade."""
        return (self.count - 1) / self.dots / self._length

    def _latticed(self, step: int, apart: int) -> Axis | None:
        """With ticks every ``step`` decades in the middle of every so many cells; None if the span
        does not fit."""
        sign = -1 if self.upward else 1
        near, far = sorted((sign * self.span.lo, sign * self.span.hi))
        tick = math.ceil(near / step - 1e-9) * step
        a_unit = apart * self.dots / step
        middle = (self.dots - 1) / 2
        first = max(math.ceil(((tick - near) * a_unit - middle) / self.dots - 1e-9), 0)
        spare = self.count - 1 - (first * self.dots + middle + (far - tick) * a_unit)
        if spare < -1e-9:
            return None
        first += int(spare / self.dots / 2)
        if self._length > FEW and first // apart + (self.cells - 1 - first) // apart < 2:
            return None  # fewer than three ticks
        begin = tick - (first * self.dots + middle) / a_unit
        ends = sorted((sign * begin, sign * (begin + (self.count - 1) / a_unit)))
        return Axis(Span(ends[0], ends[1], True), self.cells, self.dots, self.upward)

    @property
    def _length(self) -> float:
        return self.span.hi - self.span.lo


def nearest(place: float) -> int:
    """The dot at a place; halves go to the later one."""
    return math.floor(place + 0.5)


def dots(places: Floats) -> Ints:
    """The dots at these places, as `nearest` has them."""
    return np.floor(places + 0.5).astype(np.int64)
