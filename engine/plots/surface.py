"""A surface as papers behind everything else, with lines of equal height on request."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.plots.canvas import DOTS, FAINT, Canvas, Ints
from engine.plots.cells import HEAT_LEVELS, Ink
from engine.plots.heat import finite_range, levels
from engine.plots.layers import Extent, Layer, Place, warnings
from engine.plots.legend import Item
from engine.plots.lettering import number
from engine.plots.limits import Span
from engine.plots.numbers import HUGE, Floats, array, scalar
from engine.views import Heatmap

Levels = NDArray[np.uint8]
CONTOURS = 8


class SurfaceLayer(Layer):
    """f(x, y) on a regular grid, sampled once per size at the middle of every cell."""

    frames_x = True

    def __init__(self, view: Heatmap, *, contour: bool) -> None:
        self.view, self.contour, self.name = view, contour, view.name
        z = _surface(view)
        odd = int(np.count_nonzero(~np.isfinite(z)))
        low = int(np.count_nonzero(z <= 0)) if view.log else 0
        self.warning = ", ".join(warnings(odd, low))
        self.units = _logs(z) if view.log else z
        """Heights as they are coloured; exponents of ten with ``log``, -inf for what has none."""
        self.range = finite_range(self.units)
        self.x, self.y = _ends(view.x, z.shape[1]), _ends(view.y, z.shape[0])
        self._drawn: tuple[object, Levels] | None = None

    def across(self, log: bool) -> Extent:
        return self.x if not log or self.x[0] > 0 else (math.nan, math.nan)

    def upright(self, x: Span, log: bool) -> Extent:  # noqa: ARG002 - a surface is not cut in x
        return self.y if not log or self.y[0] > 0 else (math.nan, math.nan)

    def below(self, canvas: Canvas) -> None:
        if self.contour:
            self._lines(canvas)
        else:
            self._papers(canvas)

    def _papers(self, canvas: Canvas) -> None:
        page = canvas.page
        key = page.rows, page.columns, canvas.x, canvas.y, canvas.glyphs
        if self._drawn is None or self._drawn[0] != key:
            papers = self._sampled(canvas, page.columns, page.rows, DOTS[canvas.glyphs])
            self._drawn = key, papers
        page.paper[...] = self._drawn[1]
        lost = (page.paper == 0) & (page.chars == " ")
        page.chars[lost], page.ink[lost] = "·", Ink.MUTED

    def _lines(self, canvas: Canvas) -> None:
        """Dots where the height passes from one of few levels to the next."""
        key = canvas.page.rows, canvas.page.columns, canvas.x, canvas.y, canvas.glyphs
        if self._drawn is None or self._drawn[0] != key:
            found = self._sampled(canvas, canvas.across, canvas.upright, (1, 1))
            self._drawn = key, (found + 1) // (HEAT_LEVELS // CONTOURS)
        steps = self._drawn[1]
        edge = np.zeros(steps.shape, bool)
        edge[:, 1:] |= steps[:, 1:] != steps[:, :-1]
        edge[1:] |= steps[1:] != steps[:-1]
        py, px = np.nonzero(edge)
        canvas.points(px.astype(np.float64), py.astype(np.float64), Ink.GHOST, FAINT)

    def legend(self, at: Place | None = None) -> list[Item]:
        value = [Item("", "f", number(self.value(at)))] if at else []
        low, high = map(self._height, self.range)
        ramp = Item("", number(low, 3), number(high, 3), self.warning, ramp=True)
        if self.contour:
            ramp = Item("", "from", f"{number(low, 3)} to {number(high, 3)}", self.warning)
        return [*value, ramp if low == low else Item("", self.name, "", self.warning)]

    def value(self, at: Place) -> float:
        """The height at a place; NaN outside."""
        return self._height(float(self._at(np.array([at[0]]), np.array([at[1]]))[0, 0]))

    def _height(self, unit: float) -> float:
        return float(10.0**unit) if self.view.log else unit

    def _sampled(self, canvas: Canvas, columns: int, rows: int, dots: tuple[int, int]) -> Levels:
        """Heat levels at the middles of blocks of dots; shape (rows, columns)."""
        wide, high = dots
        px = (np.arange(columns) + 0.5) * wide - 0.5
        py = (np.arange(rows) + 0.5) * high - 0.5
        x = canvas.x.many(px / max(canvas.across - 1, 1))
        y = canvas.y.many(1 - py / max(canvas.upright - 1, 1))
        return levels(self._at(x, y), *self.range)

    def _at(self, x: Floats, y: Floats) -> Floats:
        """Units on the grid of x and y, between samples in proportion; NaN outside."""
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
