"""A surface as numbers: its height at any place, and heights worth a line."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.plots.heat import finite_range
from engine.plots.lettering import short
from engine.plots.limits import TINY
from engine.plots.numbers import HUGE, Floats, array, scalar
from engine.views import Heatmap

Extent = tuple[float, float]
Ints = NDArray[np.int64]
MOST_LINES = 9
RATIOS = (2, 4, 10, 100, 1000, 10**4, 10**6, 10**10, 10**20, 10**40, 10**80, 10**160)
STEPS = (1, 2, 5)


class Heights:
    """f(x, y) on a regular grid, between its samples in proportion.

    ``units`` are the heights as they are coloured: exponents of ten with ``log``, where what lies
    below the view's floor counts as the floor; -inf for what has none.
    """

    def __init__(self, view: Heatmap) -> None:
        z = _surface(view)
        self.log = view.log
        self.odd = int(np.count_nonzero(~np.isfinite(z)))
        """Samples that are no finite numbers."""
        self.floor = view.floor if view.log and view.floor > 0 else 0.0
        self.low = int(np.count_nonzero(z <= 0)) if view.log and not self.floor else 0
        """Samples that a logarithm cannot show."""
        self.units = _logs(np.maximum(z, self.floor)) if view.log else z
        self.range = finite_range(self.units)
        self.is_floored = bool(self.floor and (z < self.floor).any())
        self.x, self.y = _ends(view.x, z.shape[1]), _ends(view.y, z.shape[0])

    def height(self, unit: float) -> float:
        """A unit as a height."""
        return float(10.0**unit) if self.log else unit

    def at(self, x: Floats, y: Floats) -> Floats:
        """Units on the grid of x and y; NaN outside. Shape (len(y), len(x))."""
        c0, c1, c = _index(x, self.x, self.units.shape[1])
        r0, r1, row = _index(y, self.y, self.units.shape[0])
        r = row[:, None]
        with np.errstate(all="ignore"):
            rows = self.units[r0] * (1 - r) + self.units[r1] * r
            found = rows[:, c0] * (1 - c) + rows[:, c1] * c
        odd = ~np.isfinite(found)
        if odd.any():  # beside what is not finite, the nearest sample alone
            near = self.units[np.where(row < 0.5, r0, r1)][:, np.where(c < 0.5, c0, c1)]
            found = np.where(odd, near, found)
        found[~_within(y, self.y)] = np.nan
        found[:, ~_within(x, self.x)] = np.nan
        return found


@dataclass(frozen=True, slots=True)
class Contours:
    """Lines at every multiple of ``step`` (in units); ``words`` say where in heights."""

    step: float
    words: str

    def passed(self, units: Floats) -> NDArray[np.bool_]:
        """Where a line lies between a place and the one at its left or above it."""
        with np.errstate(all="ignore"):
            band = np.floor(units / self.step)
        good = np.isfinite(band)
        edge = np.zeros(band.shape, bool)
        edge[:, 1:] = (band[:, 1:] != band[:, :-1]) & good[:, 1:] & good[:, :-1]
        edge[1:] |= (band[1:] != band[:-1]) & good[1:] & good[:-1]
        return edge


def contours(heights: Heights) -> Contours | None:
    """Round heights that cut the range into a few parts; None where it has none."""
    low, high = heights.range
    spread = high - low
    if not (math.isfinite(spread) and spread > max(abs(low), abs(high), TINY) * 1e-9):
        return None
    if heights.log and spread >= 3 * math.log10(2):
        ratio = next((r for r in RATIOS if spread / math.log10(r) <= MOST_LINES), RATIOS[-1])
        return Contours(math.log10(ratio), f"lines ×{short(ratio)}")
    if heights.log:
        return None
    power = 10.0 ** math.floor(math.log10(spread / MOST_LINES))
    step = next((s * power for s in STEPS if spread <= MOST_LINES * s * power), 10 * power)
    return Contours(step, f"lines every {short(float(f'{step:.1g}'))}")


def _surface(view: Heatmap) -> Floats:
    """The heights as a matrix of at least 1 x 1; a vector is one row."""
    found = array(view.z)
    found = found.real if found.dtype.kind == "c" else found
    if found.size == 0:
        return np.full((1, 1), np.nan)
    with np.errstate(all="ignore"):
        z = found.astype(np.float64)
    z = z.reshape(-1, z.shape[-1]) if z.ndim else z.reshape(1, 1)
    return np.where(np.isfinite(z), np.clip(z, -HUGE, HUGE), z)


def _logs(z: Floats) -> Floats:
    with np.errstate(all="ignore"):
        return np.where(np.isnan(z), np.nan, np.log10(np.maximum(z, 0.0)))


def _ends(limits: tuple[float, float], samples: int) -> Extent:
    try:
        low, high = (scalar(limit) for limit in limits)
    except (TypeError, ValueError):
        low, high = math.nan, math.nan
    low, high = min(low, high), max(low, high)
    if not high - low > max(abs(low), abs(high)) * 1e-9:
        return 0.0, float(max(samples - 1, 1))
    return low, high


def _index(at: Floats, ends: Extent, samples: int) -> tuple[Ints, Ints, Floats]:
    """The samples on either side of each place, and how far it is from the first to the second."""
    with np.errstate(all="ignore"):
        place = (at - ends[0]) / (ends[1] - ends[0]) * (samples - 1)
    place = np.clip(np.nan_to_num(place), 0, samples - 1)
    first = np.minimum(place.astype(np.int64), max(samples - 2, 0))
    return first, np.minimum(first + 1, samples - 1), place - first


def _within(at: Floats, ends: Extent) -> NDArray[np.bool_]:
    slack = (ends[1] - ends[0]) * 1e-6
    return np.asarray((at >= ends[0] - slack) & (at <= ends[1] + slack))
