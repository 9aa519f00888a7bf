"""Where an axis begins and ends, and in which cell of it a number lies."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.plots.numbers import HUGE, Floats

TINY = 1e-290
LEAST_EXTENT = 1e-280
"""What is thinner has no ticks that floats could tell apart."""
LARGEST = 307.0
"""Exponents of ten are kept within floats."""
LOOSE = 0.4
"""Data may shrink to this part of an axis before the axis follows."""


@dataclass(frozen=True, slots=True)
class Span:
    """From ``lo`` to ``hi`` (lo < hi) in drawing units: exponents of ten on a log axis."""

    lo: float
    hi: float
    log: bool = False

    def units(self, values: Floats) -> Floats:
        """Data values in drawing units; on a log axis NaN for what is not positive."""
        if not self.log:
            return values
        with np.errstate(all="ignore"):
            logs: Floats = np.log10(np.where(values > 0, values, np.nan))
        return logs

    def value(self, unit: float) -> float:
        """A drawing unit as a data value."""
        return float(10.0 ** min(max(unit, -LARGEST), LARGEST)) if self.log else unit

    def fraction(self, unit: float) -> float:
        """Where a drawing unit lies, from 0 at ``lo`` to 1 at ``hi``."""
        return (unit - self.lo) / (self.hi - self.lo)

    def at(self, fraction: float) -> float:
        """The data value at a fraction of the axis."""
        return self.value(self.lo + (self.hi - self.lo) * fraction)

    def many(self, fractions: Floats) -> Floats:
        """The data values at several fractions."""
        units: Floats = self.lo + (self.hi - self.lo) * fractions
        if not self.log:
            return units
        with np.errstate(all="ignore"):
            return np.asarray(10.0**units, dtype=np.float64)


class Sticky:
    """Limits that move in coarse steps: out at once, in only when the data got much smaller."""

    def __init__(self, *, growing: bool = False) -> None:
        self._growing = growing
        self._span: Span | None = None

    def follow(self, lo: float, hi: float, *, log: bool) -> Span:
        """Limits for data from ``lo`` to ``hi`` (data values; NaN for no data)."""
        if not (math.isfinite(lo) and math.isfinite(hi)) or (log and hi <= 0):
            self._span = None
            return Span(0.0, 1.0, log)
        lo, hi = max(lo, -HUGE), min(hi, HUGE)
        if log:
            lo = math.log10(lo) if lo > 0 else math.log10(hi) - 3
            hi = math.log10(hi)
        span = self._span
        if span is None or span.log != log or not _holds(span, lo, hi):
            span = _grown(lo, hi, log) if self._growing else rounded(lo, hi, log)
        self._span = span
        return span


def _holds(span: Span, lo: float, hi: float) -> bool:
    """Whether the data lie inside and have not shrunk to a small part of it."""
    whole = span.hi - span.lo
    small = (hi - lo) < LOOSE * whole and _padded(lo, hi, span.log)[1] < whole * 0.5
    return span.lo <= lo and hi <= span.hi and not small


def _padded(lo: float, hi: float, log: bool) -> tuple[float, float]:
    """The middle and the extent of data, never thinner than floats can tell apart."""
    middle = lo * 0.5 + hi * 0.5
    least = 0.5 if log else max(abs(middle) * 1e-11, LEAST_EXTENT)
    if hi - lo > least:
        return middle, hi - lo
    if log or abs(middle) < LEAST_EXTENT:  # as good as zero
        return middle, 0.5 if log else 2.0
    return middle, abs(middle) * 0.5


def rounded(lo: float, hi: float, log: bool) -> Span:
    """Limits just outside the data: quarter steps; on a log axis 1, 2 or 5 times a decade."""
    middle, extent = _padded(lo, hi, log)
    lo, hi = middle - extent * 0.53, middle + extent * 0.53
    if log:
        return Span(_log_edge_below(lo), -_log_edge_below(-hi), True)
    step = nice(extent / 5) / 4
    return Span(math.floor(lo / step) * step, math.ceil(hi / step) * step)


def _log_edge_below(unit: float) -> float:
    """The next 1, 2 or 5 times a decade below; the same three serve above, as 10 / 2 is 5."""
    decade = math.floor(unit + 1e-9)
    return max(
        decade + part
        for part in (0.0, math.log10(2), math.log10(5))
        if decade + part <= unit + 1e-9
    )


def _grown(lo: float, hi: float, log: bool) -> Span:
    """Limits for something that keeps growing to the right: room ahead in coarse steps."""
    if log:
        return Span(lo if lo < hi else lo - 0.5, math.ceil((hi + 0.01) * 4) / 4, True)
    lo = 0.0 if 0 <= lo <= 0.2 * hi else lo
    reach = max(hi - lo, abs(lo) * 1e-9, TINY) if hi > lo else 1.0
    return Span(lo, lo + next_size(reach))


def next_size(value: float) -> float:
    """The next of 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten, at least ``value``."""
    power = 10.0 ** math.floor(math.log10(value))
    for factor in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8):
        if factor * power >= value * (1 - 1e-12):
            return factor * power
    return 10 * power


def nice(value: float) -> float:
    """The nearest of 1, 2, 5 times a power of ten that is not below ``value``."""
    if not TINY < value <= HUGE * 10:
        return TINY if value <= TINY else HUGE * 10
    power = 10.0 ** math.floor(math.log10(value))
    for factor in (1.0, 2.0, 5.0):
        if factor * power >= value * (1 - 1e-9):
            return factor * power
    return 10 * power
