"""Which numbers stand at an axis: steps of 1, 2 and 5, or decades; three of them where they fit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.plots.axis import LESS_THAN_A_DECADE, Axis
from engine.plots.lettering import short, spelled, width
from engine.plots.limits import Span, nice
from engine.plots.numbers import HUGE

ENOUGH = 3
"""Ticks from which a scale can be read: two tell a step, three that it is kept."""
ROOM_ACROSS, ROOM_UPRIGHT = 24, 6
"""Cells from which there are so many."""
FIRST_DECADE, LAST_DECADE = -280, 290
"""Between them, steps of plain numbers are numbers too."""
FINER = 3
"""Finer steps that are tried for more ticks: the third has ten times as many."""


@dataclass(frozen=True, slots=True)
class Ticks:
    """Data values with their labels; ``base`` is to be added to every label."""

    at: Sequence[float]
    labels: Sequence[str]
    base: str = ""


NONE = Ticks((), ())


def ticks(axis: Axis) -> Ticks:
    """Ticks of an axis, no two of them in one cell."""
    span = axis.span
    if not span.log:
        return _evenly(axis, _linear(axis, span.lo, span.hi))
    if span.hi - span.lo < LESS_THAN_A_DECADE:
        return _linear_on_log(axis)
    return _decades(axis)


def _enough(axis: Axis) -> int:
    """How many ticks there should be at least."""
    return ENOUGH if axis.cells >= (ROOM_UPRIGHT if axis.upward else ROOM_ACROSS) else 2


def _linear(axis: Axis, lo: float, hi: float) -> Ticks:
    target = max(2, min(round(axis.cells / 2.5), 8) if axis.upward else axis.cells // 12)
    step = nice((hi - lo) / target)
    found = _multiples(lo, hi, step)
    while not axis.upward and step < HUGE and _crowded(found, axis.cells):
        step = nice(step * 1.01)
        found = _multiples(lo, hi, step)
    for _ in range(FINER):
        if len(found.at) >= _enough(axis):
            break
        step = nice(step / 2.6)  # the next smaller one
        finer = _multiples(lo, hi, step)
        if not axis.upward and _crowded(finer, axis.cells):
            return max(_every_other(axis, finer, step), found, key=lambda some: len(some.at))
        found = finer
    return found


def _every_other(axis: Axis, finer: Ticks, step: float) -> Ticks:
    """Of ticks that are too close, those of the double step; none where these are, too."""
    kept = [
        (value, label)
        for value, label in zip(finer.at, finer.labels, strict=True)
        if not finer.base and round(value / step) % 2 == 0
    ]
    found = Ticks([value for value, _ in kept], [label for _, label in kept])
    return NONE if _crowded(found, axis.cells) else found


def _multiples(lo: float, hi: float, step: float) -> Ticks:
    if max(abs(lo), abs(hi)) > step * 1e13:  # such steps would vanish in rounding
        return NONE
    a, b = math.ceil(lo / step - 1e-9), math.floor(hi / step + 1e-9)
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


def _decades(axis: Axis) -> Ticks:
    """The coarsest of decades, 1-2-5 and plain steps that are enough; else the most there are."""
    found = NONE
    for candidate in _candidates(axis):
        kept = _apart(axis, candidate)
        if len(kept.at) > len(found.at):
            found = kept
        if len(found.at) >= _enough(axis):
            break
    return found


def _candidates(axis: Axis) -> Iterator[Ticks]:
    span = axis.span
    every = axis.decades()
    whole = _whole_decades(span, every)
    while not axis.upward and _crowded(whole, axis.cells):
        every += axis.decades()
        whole = _whole_decades(span, every)
    yield whole
    for finer in reversed([step for step in axis.even_steps() if step < every]):
        yield _whole_decades(span, finer)
    if every > 1:
        yield _whole_decades(span, 1)
    if span.hi - span.lo < ENOUGH:
        yield _powers(span, [(k, m) for k in _exponents(span) for m in (1, 2, 5)])
        yield _linear_on_log(axis)


def _exponents(span: Span) -> range:
    return range(math.floor(span.lo + 1e-9), math.floor(span.hi + 1e-9) + 1)


def _whole_decades(span: Span, every: int) -> Ticks:
    return _powers(span, [(k, 1) for k in _exponents(span) if k % every == 0])


def _powers(span: Span, powers: Sequence[tuple[int, int]]) -> Ticks:
    """Those of these (exponent, factor) that lie within the span."""
    inside = [(k, m) for k, m in powers if span.lo - 1e-9 <= k + math.log10(m) <= span.hi + 1e-9]
    return Ticks([float(f"{m}e{k}") for k, m in inside], [_power(k, m) for k, m in inside])


def _power(exponent: int, factor: int) -> str:
    """A power of ten (or 2 or 5 times one) as a tick."""
    if -4 < exponent < 5:
        return short(factor * 10.0**exponent)
    return f"{factor}e{exponent}"


def _linear_on_log(axis: Axis) -> Ticks:
    """Less than a decade: steps of 1-2-5 in the values themselves."""
    span = axis.span
    if span.lo >= FIRST_DECADE and span.hi <= LAST_DECADE:
        return _apart(axis, _linear(axis, 10**span.lo, 10**span.hi))
    # Where floats end, in units of the decade.
    decade = math.floor(span.lo)
    plain = _linear(axis, 10 ** (span.lo - decade), 10 ** (span.hi - decade))
    values = [float(f"{value!r}e{decade}") for value in plain.at]
    labels = [f"{label}e{decade}" for label in plain.labels]
    return _apart(axis, Ticks(values, labels, plain.base and f"{plain.base}e{decade}"))


def _evenly(axis: Axis, found: Ticks) -> Ticks:
    """Where some share a cell, every second of them or fewer: steps of one size, zero among them.

    Those that are left by chance would let a scale look bent.
    """
    cells = [axis.cell(value) for value in found.at]
    if None in cells or len(set(cells)) == len(cells):
        return _apart(axis, found)
    zero = next((at for at, value in enumerate(found.at) if value == 0), 0)
    best = NONE
    for every in range(2, len(cells)):
        for first in dict.fromkeys((zero % every, *range(every))):
            chosen = slice(first, None, every)
            several = len(set(cells[chosen])) == len(cells[chosen])
            if several and len(cells[chosen]) > len(best.at):
                best = Ticks(found.at[chosen], found.labels[chosen], found.base)
    return best if len(best.at) >= _enough(axis) else _apart(axis, found)


def _apart(axis: Axis, found: Ticks) -> Ticks:
    """Those inside, the first of those that share a cell."""
    kept: dict[int, tuple[float, str]] = {}
    for value, label in zip(found.at, found.labels, strict=True):
        cell = axis.cell(value)
        if cell is not None:
            kept.setdefault(cell, (value, label))
    return Ticks([v for v, _ in kept.values()], [s for _, s in kept.values()], found.base)


def _crowded(found: Ticks, room: int) -> bool:
    return sum(width(label) + 3 for label in found.labels) > room and len(found.labels) > 2
