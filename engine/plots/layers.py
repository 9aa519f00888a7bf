"""What lies in a picture with axes: each kind of data, drawn below, above or on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.history import Columns, buckets_of
from engine.plots.canvas import POINTS, STEM, TRAIN, VALIDATION, Canvas, Pattern
from engine.plots.cells import Ink
from engine.plots.landings import landings
from engine.plots.legend import Item
from engine.plots.lettering import clean, number, width
from engine.plots.limits import Span
from engine.plots.marks import Mark as Sign
from engine.plots.numbers import Floats, pair, scalar
from engine.plots.options import Glyphs
from engine.views import Line, Mark, Path, Scatter, Walker

Extent = tuple[float, float]
Place = tuple[float, float]
"""x and y, in data values."""
NOTHING: Extent = (float("nan"), float("nan"))


@dataclass(frozen=True, slots=True)
class Setting:
    """What every layer of a picture must know of it."""

    x_log: bool = False
    y_log: bool = False
    glyphs: Glyphs = Glyphs.BRAILLE


class Layer:
    """A kind of data in a picture. Extents are in data values, NaN where there are none."""

    frames_x = False
    """The extent in x is to be shown exactly, with no margin (as for a surface)."""
    grows = False
    """x runs on while the picture is watched."""

    def across(self, log: bool) -> Extent:
        """Lowest and highest x."""
        raise NotImplementedError

    def upright(self, x: Span, log: bool) -> Extent:
        """Lowest and highest y within the limits in x."""
        raise NotImplementedError

    def snapped(self, x: float) -> float:
        """The x that is read at a cursor's place: of the nearest value where there are steps."""
        return x

    def below(self, canvas: Canvas) -> None:
        """Draw what lies under the lines."""

    def behind(self, canvas: Canvas) -> None:
        """Draw what lies right behind the lines."""

    def line(self, canvas: Canvas) -> None:
        """Draw the lines."""

    def points(self, canvas: Canvas) -> None:
        """Draw points, which lines do not cover."""

    def top(self, canvas: Canvas) -> None:
        """Draw heads and marks."""

    def words(self, canvas: Canvas) -> None:
        """Write names where there is room."""

    name: str = ""

    def legend(self, at: Place | None = None) -> list[Item]:
        """Entries for the title row; with the values at a cursor's place where there is one."""
        raise NotImplementedError


def extent(values: Floats, log: bool) -> Extent:
    """Lowest and highest drawable value."""
    good = values[np.isfinite(values)]
    if log:
        good = good[good > 0]
    return (float(good.min()), float(good.max())) if len(good) else NOTHING


def join(extents: Sequence[Extent]) -> Extent:
    """The extent of all of them."""
    lows = [lo for lo, _ in extents if lo == lo]  # not NaN
    highs = [hi for _, hi in extents if hi == hi]
    return (min(lows), max(highs)) if lows else NOTHING


def trouble(values: Floats, log: bool) -> str:
    """What of these values cannot be drawn, in words; empty for nothing."""
    finite = np.isfinite(values)
    odd = len(values) - int(np.count_nonzero(finite))
    low = int(np.count_nonzero(values[finite] <= 0)) if log else 0
    return ", ".join(warnings(odd, low))


def warnings(odd: int, low: int) -> list[str]:
    """Words for values that are not finite, and for those a log axis cannot show."""
    found = [f"{odd} NaN/inf"] if odd else []
    return found + ([f"{low} ≤ 0 not on log axis"] if low else [])


class _Points(Layer):
    """Anything that is x and y of shape (N,)."""

    def __init__(self, view: Scatter | Line | Path | Mark | Walker, setting: Setting) -> None:
        self.name, self.setting = view.name, setting
        self.x, self.y = pair(view.x, view.y)
        self.warning = trouble(self.y, setting.y_log) or trouble(self.x, setting.x_log)

    def across(self, log: bool) -> Extent:
        return extent(self.x, log)

    def upright(self, x: Span, log: bool) -> Extent:
        shown = (self.x >= x.at(0)) & (self.x <= x.at(1))
        return extent(self.y[shown], log)

    def nearest(self, x: float) -> float:
        """y of the point nearest in x; NaN without points."""
        if not len(self.x) or not np.isfinite(x):
            return float("nan")
        gap = np.abs(np.where(np.isfinite(self.x), self.x, np.inf) - x)
        return float(self.y[int(np.argmin(gap))])


class ScatterLayer(_Points):
    """Points: dots for training data, crosses for validation data; no line hides one."""

    def __init__(self, view: Scatter, setting: Setting, fit: LineLayer | None) -> None:
        super().__init__(view, setting)
        held_out = view.group == "validation"
        self.kind = VALIDATION if held_out else TRAIN
        self.ink = Ink.VALIDATION if held_out else Ink.DATA
        self.fit = fit

    def below(self, canvas: Canvas) -> None:
        px, py = canvas.px(self.x), canvas.py(self.y)
        if self.fit is not None and len(px) <= 2 * canvas.across:
            at = canvas.py(self.fit.interpolated(self.x))
            good = np.isfinite(px) & np.isfinite(py) & np.isfinite(at)
            canvas.segments(px[good], py[good], px[good], at[good], Ink.GHOST, STEM)

    def points(self, canvas: Canvas) -> None:
        canvas.marks(canvas.px(self.x), canvas.py(self.y), self.kind, self.ink)

    def legend(self, at: Place | None = None) -> list[Item]:
        value = number(self.nearest(at[0])) if at else f"{len(self.x)}"
        glyph = str(POINTS[self.setting.glyphs][self.kind])
        return [Item(glyph, self.name, value, self.warning, ink=self.ink)]


class LineLayer(_Points):
    """A line, reduced to what the screen's dot columns can show when x ascends."""

    def __init__(self, view: Line, setting: Setting, sign: Sign) -> None:
        super().__init__(view, setting)
        self.sign = sign
        self.ascends = len(self.x) < 2 or bool(np.all(self.x[1:] >= self.x[:-1]))

    def interpolated(self, x: Floats) -> Floats:
        """The line's y at these x; NaN outside it."""
        good = np.isfinite(self.x) & np.isfinite(self.y)
        if not good.any():
            return np.full(len(x), np.nan)
        order = np.argsort(self.x[good], kind="stable")
        return np.interp(x, self.x[good][order], self.y[good][order], left=np.nan, right=np.nan)

    def line(self, canvas: Canvas) -> None:
        draw_line(canvas, self.x, self.y, self.sign, ascends=self.ascends)

    def top(self, canvas: Canvas) -> None:
        px, py = canvas.px(self.x), canvas.py(self.y)
        place = canvas.head(px, py, self.sign.head, self.sign.ink)
        if place is not None:
            canvas.ends[self.sign.place] = place

    def words(self, canvas: Canvas) -> None:
        end = canvas.ends.get(self.sign.place)
        if end is not None:
            canvas.name(end, clean(self.name), self.sign.ink)

    def legend(self, at: Place | None = None) -> list[Item]:
        value = number(self.nearest(at[0])) if at else ""
        glyph = self.sign.sign(self.setting.glyphs)
        return [Item(glyph, self.name, value, self.warning, ink=self.sign.ink)]


class PathLayer(_Points):
    """Where an optimizer went, with a head of its own kind."""

    def __init__(self, view: Path, setting: Setting, sign: Sign) -> None:
        super().__init__(view, setting)
        self.sign = sign

    def line(self, canvas: Canvas) -> None:
        draw_line(canvas, self.x, self.y, self.sign, ascends=False)

    def points(self, canvas: Canvas) -> None:
        landings(canvas, canvas.px(self.x), canvas.py(self.y), self.sign.ink)

    def top(self, canvas: Canvas) -> None:
        canvas.head(canvas.px(self.x), canvas.py(self.y), self.sign.head, self.sign.ink)

    def legend(self, at: Place | None = None) -> list[Item]:
        value = f"step {self._nearest_step(at)}" if at and len(self.x) else ""
        glyph = self.sign.sign(self.setting.glyphs)
        return [Item(glyph, self.name, value, self.warning, ink=self.sign.ink)]

    def _nearest_step(self, at: Place) -> int:
        with np.errstate(all="ignore"):
            away = np.hypot(self.x - at[0], self.y - at[1])
        return int(np.argmin(np.where(np.isnan(away), np.inf, away)))


class MarkLayer(_Points):
    """One labelled place."""

    GLYPHS: ClassVar = {"start": "○", "minimum": "×"}

    def top(self, canvas: Canvas) -> None:
        px, py = canvas.px(self.x[:1]), canvas.py(self.y[:1])
        if not len(px):
            return
        place = canvas.cell(px[0], py[0])
        if place is None:
            return
        glyph, words = self.GLYPHS.get(self.name, "+"), clean(self.name)
        if place in canvas.taken:  # a head stands there: the words bring the sign with them
            words = f"{glyph} {words}"
        else:
            canvas.page.write(*place, glyph, Ink.MARK)
        words = f" {words} "  # the blanks are written too: no shade stands for their paper
        if canvas.page.columns > width(words):
            canvas.page.write(*canvas.room_for(place, width(words)), words, Ink.MARK)

    def legend(self, at: Place | None = None) -> list[Item]:  # noqa: ARG002 - named where it is
        return [Item("", self.name, "", self.warning)] if self.warning else []


class WalkerLayer(_Points):
    """A point on a curve and the tangent there."""

    REACH = 0.16
    """The tangent's half length, as a part of the width (or height, where it is steep)."""

    def __init__(self, view: Walker, setting: Setting, sign: Sign) -> None:
        super().__init__(view, setting)
        self.sign = sign
        self.slope = scalar(view.slope)

    def line(self, canvas: Canvas) -> None:
        if not len(self.x) or not np.isfinite(self.slope):
            return
        wide, high = (span.at(1) - span.at(0) for span in (canvas.x, canvas.y))
        with np.errstate(all="ignore"):
            reach = self.REACH * min(wide, 2 * high / abs(self.slope) if self.slope else wide)
            x = self.x[0] + np.linspace(-reach, reach, 33)
            y = self.y[0] + self.slope * (x - self.x[0])
        canvas.polyline(canvas.px(x), canvas.py(y), self.sign.ink, "-")

    def top(self, canvas: Canvas) -> None:
        for px, py in zip(canvas.px(self.x[:1]), canvas.py(self.y[:1]), strict=True):
            canvas.glyph(px, py, self.sign.sign(canvas.glyphs), self.sign.ink)

    def legend(self, at: Place | None = None) -> list[Item]:  # noqa: ARG002 - it stays its own
        place = f"({number(scalar(self.x))}, {number(scalar(self.y))})"
        glyph = self.sign.sign(self.setting.glyphs)
        return [
            Item(glyph, self.name, place, self.warning, ink=self.sign.ink),
            Item("━", "slope", number(self.slope), ink=self.sign.ink),
        ]


def draw_line(canvas: Canvas, x: Floats, y: Floats, sign: Sign, *, ascends: bool) -> None:
    """A line of any length at the cost of the dots it covers."""
    if ascends and len(x) > 2 * canvas.across:
        found = canvas.columns(buckets_of(x, y))
        spans(canvas, found, sign.ink, sign.letter, pattern=sign.pattern)
        return
    px, py = canvas.px(x), canvas.py(y)
    if len(px) > canvas.across:
        px, py = _thinned(px, py)
    canvas.polyline(px, py, sign.ink, sign.letter, pattern=sign.pattern)


def _thinned(px: Floats, py: Floats) -> tuple[Floats, Floats]:
    """Without the points that stay on the dot of the one before."""
    with np.errstate(all="ignore"):
        moved = (np.rint(px[1:]) != np.rint(px[:-1])) | (np.rint(py[1:]) != np.rint(py[:-1]))
    kept = np.concatenate([[True], moved])
    return px[kept], py[kept]


def spans(
    canvas: Canvas,
    found: Columns,
    ink: Ink,
    letter: str,
    *,
    pattern: Pattern = Pattern.SOLID,
) -> None:
    """Columns from lowest to highest value, each joined to the next where both are finite."""
    low = found.low
    if canvas.y.log:  # a bucket that also holds values a log axis cannot show runs to its foot
        low = np.where(low > 0, low, 10.0 ** max(canvas.y.lo - 1, -300))
    rows = np.stack([found.first, found.last, low, found.high])
    rows[:, found.count == 0] = np.nan
    canvas.profile(found.index, canvas.py(rows), ink, letter, pattern=pattern)
