"""Where an axis begins and ends, and which ticks it has: steps of 1, 2 and 5, or decades."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.plots.lettering import short, spelled, width
from engine.plots.numbers import HUGE, Floats

TINY = 1e-290
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


@dataclass(frozen=True, slots=True)
class Ticks:
    """Positions in drawing units with their labels; ``base`` is to be added to every label."""

    at: Sequence[float]
    labels: Sequence[str]
    base: str = ""


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
    least = 0.5 if log else max(abs(middle) * 1e-11, TINY)
    if hi - lo > least:
        return middle, hi - lo
    return middle, 0.5 if log else abs(middle) * 0.5 or 2.0


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


def ticks(span: Span, room: int, *, across: bool) -> Ticks:
    """Ticks for an axis of ``room`` cells; ``across``: a horizontal one, where labels need room."""
    if not span.log:
        return _linear(span, room, across)
    if span.hi - span.lo < 0.7:
        return _linear_on_log(span, room, across)
    return _decades(span, room, across)


def _linear(span: Span, room: int, across: bool) -> Ticks:
    target = max(2, room // 12 if across else min(round(room / 2.5), 8))
    step = nice((span.hi - span.lo) / target)
    found = _multiples(span, step)
    while across and step < HUGE and _crowded(found, room):
        step = nice(step * 1.01)
        found = _multiples(span, step)
    return found


def _multiples(span: Span, step: float) -> Ticks:
    if max(abs(span.lo), abs(span.hi)) > step * 1e13:  # such steps would vanish in rounding
        return Ticks((), ())
    a, b = math.ceil(span.lo / step - 1e-9), math.floor(span.hi / step + 1e-9)
    values = [tidy(k * step, step) for k in range(a, b + 1)]
    labels = spelled(values)
    if max(map(len, labels), default=0) > 9:
        return _from_base(values, step)
    return Ticks(values, labels)


def _from_base(values: list[float], step: float) -> Ticks:
    """Labels that differ only far behind the point: their differences from the first tick."""
    base = values[0]
    labels = ["+" + label for label in spelled([tidy(value - base, step) for value in values])]
    return Ticks(values, labels, f"{base:.12g}")


def tidy(value: float, step: float) -> float:
    """The value without the dust of binary fractions below ``step``."""
    digits = 2 - math.floor(math.log10(step))
    return round(value, digits) + 0.0 if digits < 300 else value


def _decades(span: Span, room: int, across: bool) -> Ticks:
    a, b = math.ceil(span.lo - 1e-9), math.floor(span.hi + 1e-9)
    most = max(2, room // 10 if across else room // 2)
    every = max(1, math.ceil((b - a + 1) / most))
    at = [float(k) for k in range(a, b + 1) if k % every == 0]
    if len(at) < 3 and span.hi - span.lo < 3:
        at = sorted(k + math.log10(part) for k in range(a - 1, b + 1) for part in (1, 2, 5))
        at = [k for k in at if span.lo - 1e-9 <= k <= span.hi + 1e-9]
    return Ticks(at, [_power(k) for k in at])


def _power(unit: float) -> str:
    """A power of ten (or 2 or 5 times one) as a tick."""
    exponent = math.floor(unit + 1e-9)
    mantissa = round(10 ** (unit - exponent))
    if -4 < exponent < 5:
        return short(mantissa * 10.0**exponent)
    return f"{mantissa}e{exponent}"


def _linear_on_log(span: Span, room: int, across: bool) -> Ticks:
    """Less than a decade: steps of 1-2-5 in the values themselves."""
    if not -290 < span.lo < 290:
        return Ticks((), ())
    plain = _linear(Span(10**span.lo, 10**span.hi), room, across)
    kept = [(v, s) for v, s in zip(plain.at, plain.labels, strict=True) if v > 0]
    return Ticks([math.log10(v) for v, _ in kept], [s for _, s in kept], plain.base)


def _crowded(found: Ticks, room: int) -> bool:
    return sum(width(label) + 3 for label in found.labels) > room and len(found.labels) > 2
