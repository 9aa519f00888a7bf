"""A series as a curve: raw values dim, their smoothed course bright, the last run as a ghost."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from engine.history import LOW, ROWS, X1, Buckets, Series
from engine.plots.canvas import FAINT, Canvas, Ints, Pattern
from engine.plots.cells import Ink
from engine.plots.layers import (
    NOTHING,
    Extent,
    Layer,
    Place,
    Setting,
    extent,
    spans,
    warnings,
)
from engine.plots.legend import Item
from engine.plots.lettering import number
from engine.plots.limits import Span
from engine.plots.marks import Mark
from engine.plots.numbers import Floats
from engine.plots.options import Curve, Glyphs

DENSE = 3
"""Values a screen column needs on average before smoothing tells more than the line itself."""
MANY, RARE = 100, 0.05
"""From so many values on, this part of them is too small to set the limits of a log axis."""
PLENTY = 600
"""Buckets of four values from which single values cannot be told apart on any screen."""
NO_COLUMNS = Buckets(np.zeros((ROWS, 0))).columns(np.zeros(2))
BREADTH = 90
"""The smoothing kernel's standard deviation is the width of the picture divided by this."""


class CurveLayer(Layer):
    """One series, seen through the columns of the screen."""

    grows = True

    def __init__(self, curve: Curve, setting: Setting, sign: Mark, smooth: bool) -> None:
        self.name, self.series, self.ghost = curve.name, curve.series, curve.ghost
        self.sign, self.smooth, self.setting = sign, smooth, setting
        self.says_mean = True
        self._seen = _Seen(self.series)
        self._old = _Seen(self.ghost) if self.ghost is not None else None

    def across(self, log: bool) -> Extent:
        return _reach(self.series, log)  # the ghost must not stretch what is looked at

    def upright(self, x: Span, log: bool) -> Extent:
        if self._old is not None:
            self._old.within(x)
        low, high = self._seen.within(x).heights(log)
        if log and self.smooth:
            # Single lucky values lie decades below all others: they may leave the picture.
            low = max(low, self._seen.common_low())
        return low, high

    def _course(self, canvas: Canvas, part: _Seen, ink: Ink, letter: str, pattern: Pattern) -> None:
        """The smoothed line, or the values themselves where there are few."""
        px, py = part.course(canvas)
        if part.sparse:
            canvas.polyline(px, py, ink, letter, pattern=pattern)
        else:
            canvas.profile(part.columns.index, py[None], ink, letter, pattern=pattern)

    def below(self, canvas: Canvas) -> None:
        self._seen.look(canvas)
        if self._smooths():
            is_thin = canvas.colorless or canvas.glyphs is Glyphs.ASCII
            letter = FAINT if is_thin else self.sign.letter
            pattern = Pattern.DOTTED if canvas.colorless else Pattern.SOLID
            canvas.profile(
                self._seen.columns.index,
                self._seen.band(canvas),
                self.sign.dim,
                letter,
                pattern=pattern,
                also=self._seen.extremes(canvas),
            )

    def behind(self, canvas: Canvas) -> None:
        if self._old is not None:
            self._old.look(canvas)
            self._course(canvas, self._old, Ink.GHOST, FAINT, Pattern.DOTTED)

    def line(self, canvas: Canvas) -> None:
        if self._smooths() or self._seen.sparse:
            self._course(canvas, self._seen, self.sign.ink, self.sign.letter, self.sign.pattern)
        else:
            spans(canvas, self._seen.columns, self.sign.ink, self.sign.letter)

    def top(self, canvas: Canvas) -> None:
        px, py = self._seen.points(canvas) if self._seen.sparse else self._seen.course(canvas)
        canvas.head(px, py, self.sign.head, self.sign.ink)

    def legend(self, at: Place | None = None) -> list[Item]:
        shown = self._seen.nearest(at[0]) if at else self.series.last
        low = self.series.nonpositive if self.setting.y_log else 0
        warning = ", ".join(warnings(self.series.nonfinite, low))
        value = number(shown) if len(self.series) else "–"
        glyph = self.sign.sign(self.setting.glyphs)
        note = self._around() if self.says_mean and not at else ""
        return [Item(glyph, self.name, value, warning, ink=self.sign.ink, note=note)]

    def _around(self) -> str:
        """What a noisy series lies around: its last value alone is a matter of luck."""
        mean = number(self.series.recent)
        return "" if mean == number(self.series.last) else f"recent {mean}"

    def snapped(self, x: float) -> float:
        return self._seen.step(x)

    def _smooths(self) -> bool:
        return self.smooth and self._seen.dense


class _Seen:
    """What the screen's columns show of one series."""

    def __init__(self, series: Series) -> None:
        self.series = series
        self.buckets = Buckets(np.zeros((ROWS, 0)))
        self.columns = NO_COLUMNS
        self._course: tuple[Floats, Floats] | None = None
        self._of_four, self._coarse = self.buckets, False

    def within(self, x: Span) -> Buckets:
        """What lies within the limits."""
        self._of_four = self.buckets = self.series.window(x.at(0), x.at(1), least=1)
        self._coarse = len(self.buckets) > PLENTY
        if not self._coarse:
            self.buckets = self.series.window(x.at(0), x.at(1))
        return self.buckets

    def common_low(self) -> float:
        """The value that few of many lie below; 0 when there are not many."""
        low = self.buckets.table[LOW]
        low = low[low > 0]
        place = int(RARE * len(low))
        return float(np.partition(low, place)[place]) if len(low) > MANY else 0.0

    def look(self, canvas: Canvas) -> None:
        """Gather it into the columns of a canvas with the same x limits."""
        self.columns = canvas.columns(self.buckets)

    @property
    def sparse(self) -> bool:
        """There is room for every value: the line goes through the values themselves."""
        return len(self.buckets) <= 2 * len(self.columns) + 2 and not self.dense

    @property
    def dense(self) -> bool:
        return len(self.columns) > 8 and self.columns.count.sum() > DENSE * len(self.columns)

    def points(self, canvas: Canvas) -> tuple[Floats, Floats]:
        """The values themselves, in dots."""
        return canvas.px(self.buckets.x), canvas.py(self.buckets.last)

    def course(self, canvas: Canvas) -> tuple[Floats, Floats]:
        """The smoothed course, in dots; smoothed in drawing units, so a log axis stays fair."""
        if self.sparse:
            return self.points(canvas)
        if self._course is None:
            index = self.columns.index
            mean = canvas.y.units(self.columns.mean)[None]
            units = _smoothed(index, mean, canvas.across)[0]
            self._course = index.astype(np.float64), canvas.py_of_units(units)
        return self._course

    def extremes(self, canvas: Canvas) -> tuple[Floats, Floats]:
        """The least and the greatest value of every column, in dots."""
        px = self.columns.index.astype(np.float64)
        rows = canvas.py(np.concatenate([self.columns.low, self.columns.high]))
        return np.concatenate([px, px]), rows

    def band(self, canvas: Canvas) -> Floats:
        """Where the middle three fifths of the values lie, in dots; shape (2, columns)."""
        ends = self._ends_and_course(canvas) if self._coarse else self._ends(canvas)
        return canvas.py_of_units(ends)

    def _ends(self, canvas: Canvas) -> Floats:
        """Lower and upper end of the band in drawing units; shape (2, columns)."""
        fours = self.columns if self._coarse else canvas.columns(self._of_four)
        index, seen = self.columns.index, self.columns.count > 0
        ends = np.full((2, len(index)), np.nan)
        units = canvas.y.units(np.stack([fours.lower, fours.upper]))
        for end, smooth in zip(ends, _smoothed(fours.index, units, canvas.across), strict=True):
            good = np.isfinite(smooth)
            if good.any():
                end[seen] = np.interp(index[seen], fours.index[good], smooth[good])
        return ends

    def _ends_and_course(self, canvas: Canvas) -> Floats:
        """The same, and the course at one go: where all know the same columns."""
        found = self.columns
        units = canvas.y.units(np.stack([found.mean, found.lower, found.upper]))
        if not np.isfinite(units).all():
            return self._ends(canvas)
        mean, *ends = _smoothed(found.index, units, canvas.across)
        self._course = found.index.astype(np.float64), canvas.py_of_units(mean)
        return np.stack(ends)

    def nearest(self, x: float) -> float:
        """The value nearest to an x, of many in one place the last; NaN without values."""
        at = self._nearest(x)
        return float("nan") if at is None else float(self.buckets.last[at])

    def step(self, x: float) -> float:
        """The step of that value; x itself without values."""
        at = self._nearest(x)
        return x if at is None else float(self.buckets.table[X1, at])

    def _nearest(self, x: float) -> int | None:
        if not len(self.buckets) or not np.isfinite(x):
            return None
        return int(np.argmin(np.abs(self.buckets.x - x)))


def _smoothed(index: Ints, rows: Floats, across: int) -> Floats:
    """A Gaussian mean over neighbouring columns; NaN stays NaN and weighs nothing.

    ``rows`` has shape (rows, columns), with NaN in the same columns of each.
    """
    kernel = _kernel(across)
    reach = len(kernel) // 2
    good = np.isfinite(rows).all(axis=0)
    spread = np.zeros((len(rows) + 1, across))
    spread[:-1, index[good]] = rows[:, good]
    spread[-1, index[good]] = 1.0
    sums = [np.convolve(row, kernel)[reach : reach + across] for row in spread]
    with np.errstate(all="ignore"):
        return np.where(good, (np.stack(sums[:-1]) / sums[-1])[:, index], np.nan)


@lru_cache(maxsize=8)
def _kernel(across: int) -> Floats:
    breadth = max(across / BREADTH, 1.0)
    reach = int(3 * breadth) + 1
    kernel: Floats = np.exp(-0.5 * (np.arange(-reach, reach + 1) / breadth) ** 2)
    return kernel


def _reach(series: Series, log: bool) -> Extent:
    low, high = series.reach
    if low > high:
        return NOTHING
    if not log or low > 0:
        return low, high
    return extent(series.arrays()[0], log)
