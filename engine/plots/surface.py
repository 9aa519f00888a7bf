"""A surface as a heat map behind everything else, two values to a cell, with contour lines."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.plots.canvas import DOTS, FAINT, Canvas
from engine.plots.cells import Ink
from engine.plots.heat import levels
from engine.plots.heights import Heights, contours
from engine.plots.layers import Extent, Layer, Place, warnings
from engine.plots.legend import Item
from engine.plots.lettering import number, short
from engine.plots.limits import Span
from engine.plots.numbers import Floats
from engine.plots.options import Glyphs
from engine.plots.page import Page
from engine.views import Heatmap

HALF = "▀"
"""Ink for the upper half of a cell, paper for the lower one."""
Levels = NDArray[np.uint8]


class SurfaceLayer(Layer):
    """f(x, y) on a regular grid, drawn once per size and copied from then on.

    With ``halves`` every cell has two colours and thin lines run at round heights; without, for
    screens of few colours, it has one shade. ``contour`` draws the lines alone.
    """

    frames_x = True

    def __init__(self, view: Heatmap, *, contour: bool, halves: bool = False) -> None:
        self.view, self.contour, self.name = view, contour, view.name
        self.heights = Heights(view)
        self.contours = contours(self.heights)
        self.halves = halves
        self.warning = ", ".join(warnings(self.heights.odd, self.heights.low))
        self._drawn: tuple[object, Page] | None = None

    def across(self, log: bool) -> Extent:
        x = self.heights.x
        return x if not log or x[0] > 0 else (math.nan, math.nan)

    def upright(self, x: Span, log: bool) -> Extent:  # noqa: ARG002 - a surface is not cut in x
        y = self.heights.y
        return y if not log or y[0] > 0 else (math.nan, math.nan)

    def below(self, canvas: Canvas) -> None:
        page = canvas.page
        key = page.rows, page.columns, canvas.x, canvas.y, canvas.glyphs
        if self._drawn is None or self._drawn[0] != key:
            blank = Page.blank(page.rows, page.columns)
            empty = Canvas(blank, canvas.x, canvas.y, canvas.glyphs, canvas.colorless)
            self._draw(empty)
            self._drawn = key, blank
        drawn = self._drawn[1]
        np.copyto(page.chars, drawn.chars)
        np.copyto(page.ink, drawn.ink)
        np.copyto(page.paper, drawn.paper)

    def _draw(self, canvas: Canvas) -> None:
        units = self._sampled(canvas)
        wide, high = DOTS[canvas.glyphs]
        halved = self.halves and canvas.glyphs is not Glyphs.ASCII
        if not self.contour:
            if halved:
                self._halves(canvas.page, _pooled(units, wide, high // 2))
            else:
                canvas.page.paper[...] = levels(_pooled(units, wide, high), *self.heights.range)
            lost = (canvas.page.paper == 0) & (canvas.page.chars == " ")
            canvas.page.chars[lost], canvas.page.ink[lost] = "·", Ink.MUTED
        if self.contours is not None and (halved or self.contour):
            py, px = np.nonzero(self.contours.passed(units))
            ink = Ink.GHOST if self.contour else Ink.MUTED
            canvas.points(px.astype(np.float64), py.astype(np.float64), ink, FAINT)

    def _halves(self, page: Page, units: Floats) -> None:
        """Two papers to a cell: the upper one as ink where it differs from the lower."""
        found = levels(units, *self.heights.range)
        upper, lower = found[0::2], found[1::2]
        page.paper[...] = lower
        differs = (upper != lower) & (upper > 0)
        page.chars[differs] = HALF
        page.ink[differs] = upper[differs] + np.uint8(Ink.HEAT_1 - 1)

    def _sampled(self, canvas: Canvas) -> Floats:
        """Units at every dot; shape (upright, across)."""
        px = np.arange(canvas.across) / max(canvas.across - 1, 1)
        py = np.arange(canvas.upright) / max(canvas.upright - 1, 1)
        return self.heights.at(canvas.x.many(px), canvas.y.many(1 - py))

    def legend(self, at: Place | None = None) -> list[Item]:
        value = [Item("", self.view.measure, self._said(self._unit(at), number))] if at else []
        low, high = self.heights.range
        if low != low:
            return [*value, Item("", self.name, "", self.warning)]
        has_lines = self.contours is not None and self._has_lines
        lines = [Item("", self.contours.words)] if self.contours is not None and has_lines else []
        if self.contour:
            words = f"{self._said(low, _brief)} to {self._said(high, _brief)}"
            return [*value, Item("", self.view.measure, words, self.warning), *lines]
        name = f"{self.view.measure} {self._said(low, _brief)}"
        shades = Item("", name, self._said(high, _brief), self.warning, ramp=True)
        return [*value, shades, *lines]

    @property
    def _has_lines(self) -> bool:
        return self.contour or self.halves

    def _said(self, unit: float, spelled: Callable[[float], str]) -> str:
        """A height; of the floor it is known only that nothing coloured so is higher."""
        text = spelled(self.heights.height(unit))
        return f"≤{text}" if self.heights.is_floored and unit <= self.heights.range[0] else text

    def value(self, at: Place) -> float:
        """The height at a place; NaN outside."""
        return self.heights.height(self._unit(at))

    def _unit(self, at: Place) -> float:
        return float(self.heights.at(np.array([at[0]]), np.array([at[1]]))[0, 0])


def _brief(height: float) -> str:
    """Three digits, without zeros that say nothing."""
    return short(float(f"{height:.3g}"))


def _pooled(units: Floats, wide: int, high: int) -> Floats:
    """Means of blocks of dots; what is not finite in a block is left to its last dot."""
    found = np.zeros((units.shape[0] // high, units.shape[1] // wide))
    with np.errstate(all="ignore"):
        for row in range(high):
            for column in range(wide):
                found += units[row::high, column::wide]
        found /= wide * high
    odd = ~np.isfinite(found)
    if odd.any():
        found[odd] = units[high - 1 :: high, wide - 1 :: wide][odd]
    return found
