"""Horizontal bars in eighths of a cell, signed, on a linear or a log scale."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.plots import legend
from engine.plots.cells import Ink
from engine.plots.layers import trouble
from engine.plots.legend import Item
from engine.plots.lettering import clean, number, pad, width
from engine.plots.numbers import Floats, floats
from engine.plots.options import Glyphs, Options
from engine.plots.page import Page
from engine.plots.state import State
from engine.views import Bars

EIGHTHS = {
    Glyphs.BRAILLE: " ▏▎▍▌▋▊▉",
    Glyphs.BLOCKS: "    ▌▌▌▌",
    Glyphs.ASCII: "    ====",
}
"""The end of a bar to the right, by the eighths of the cell it fills."""
LEFT_EIGHTHS = {
    Glyphs.BRAILLE: " ▕▕▐▐▐▐▐",
    Glyphs.BLOCKS: "    ▐▐▐▐",
    Glyphs.ASCII: "    ====",
}
"""To the left there are fewer such characters."""
FULL = {Glyphs.BRAILLE: "█", Glyphs.BLOCKS: "█", Glyphs.ASCII: "#"}
LEAST_BAR, GOOD_BAR = 4, 16
"""Cells of the longest bar: fewer say nothing, and with so many lengths are compared well."""


@dataclass(frozen=True, slots=True)
class _Scale:
    """Bars run from ``zero`` (in eighths) to the place of their value."""

    low: float
    high: float
    eighths: int
    log: bool

    def eighth(self, value: float) -> int:
        """How far from the left end a value lies, in eighths of a cell."""
        if self.log:
            value = math.log10(value) if value > 0 else self.low
        part = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(part * self.eighths)

    @property
    def zero(self) -> int:
        """Where bars begin: at whole cells, so that they begin sharply."""
        if self.log:
            return 0
        return round(self.eighth(0.0) / 8) * 8


def size_of(view: Bars) -> tuple[int, int]:
    """A row for every bar, and the columns in which their lengths are told apart."""
    values = floats(view.values)
    texts = _texts(view, values)
    labels = [clean(str(label)) for label in view.labels[: len(values)]]
    names, numbers = (max(map(width, each), default=0) for each in (labels, texts))
    # A label may take a third of all there is.
    return max(len(values), 1), max(names + GOOD_BAR + numbers + 3, 3 * names)


def _texts(view: Bars, values: Floats) -> list[str]:
    unit = f" {clean(view.unit)}" if view.unit else ""
    return [number(value) + unit for value in values.tolist()]


def draw(view: Bars, page: Page, options: Options, state: State, glyphs: Glyphs) -> None:
    """One bar a row, with room between them where there is room; scrolls when there are more."""
    values = floats(view.values)
    labels = [clean(str(label)) for label in view.labels[: len(values)]]
    labels += [""] * (len(values) - len(labels))
    title = options.title or view.name
    head = 1 if page.rows > 2 else 0
    warning = trouble(values, view.log)
    scale = Item("", "log scale") if view.log else Item()
    legend.write(page.part(0, 0, head, page.columns), title, [scale, Item(warning=warning)])
    body = page.part(head, 0, page.rows - head, page.columns)
    if not len(values):
        body.center("no bars yet", Ink.MUTED)
        return
    every = 2 if 2 * len(values) - 1 <= body.rows else 1
    shown = body.rows if every * len(values) - every < body.rows else max(body.rows - 1, 1)
    _, first = state.window(0, shown, (0, len(values) if every == 1 else 0))
    last = min(first + shown, len(values)) if every == 1 else len(values)
    _rows(view, values, labels, body, range(first, last), every, glyphs)
    left = len(values) - (last - first)
    if left and body.rows > 1:
        body.write(body.rows - 1, 0, f"… {left} more", Ink.MUTED)


def _rows(
    view: Bars,
    values: Floats,
    labels: list[str],
    page: Page,
    shown: range,
    every: int,
    glyphs: Glyphs,
) -> None:
    texts = _texts(view, values)
    names = min(max(map(width, labels)), page.columns // 3)
    numbers = max(map(width, texts))
    room = page.columns - names - numbers - 3
    if room < LEAST_BAR:  # no bar is better than a bar nobody can name
        room, numbers = 0, max(page.columns - names - 1, 0)
    scale = _scale(values, room * 8, view.log)
    for row, index in enumerate(shown):
        line = page.part(row * every, 0, 1, page.columns)
        value = float(values[index])
        line.write(0, 0, pad(labels[index], names, right=True), Ink.MUTED)
        if room and scale is not None:
            _bar(line.part(0, names + 1, 1, room + 1), value, scale, glyphs)
        line.write(0, page.columns - numbers, pad(texts[index], numbers, right=True), _ink(value))


def _ink(value: float) -> Ink:
    return Ink.TITLE if math.isfinite(value) else Ink.WARNING


def _scale(values: Floats, eighths: int, log: bool) -> _Scale | None:
    """None where there is nothing to draw a bar for."""
    good = values[np.isfinite(values)]
    if log:
        good = np.log10(good[good > 0])
        if not len(good):
            return None
        low = float(np.floor(good.min() - 0.3))
        return _Scale(low, max(float(good.max()), low + 0.5), eighths, log)
    low, high = (float(good.min()), float(good.max())) if len(good) else (0.0, 0.0)
    low, high = min(low, 0.0), max(high, 0.0)
    return _Scale(low, high, eighths, log) if high > low else None


def _bar(page: Page, value: float, scale: _Scale, glyphs: Glyphs) -> None:
    """The bar of one value, and the line it grows from."""
    axis = scale.zero // 8
    page.write(0, axis, "│", Ink.FRAME)
    if math.isnan(value) or value == 0 or (scale.log and value <= 0):
        return
    ink = Ink.POSITIVE if value > 0 else Ink.NEGATIVE
    length = max(abs(scale.eighth(value) - scale.zero), 1)
    whole, rest = divmod(length, 8)
    if value > 0:
        text = FULL[glyphs] * whole + EIGHTHS[glyphs][rest].strip()
        page.write(0, axis + 1, text or EIGHTHS[glyphs][4], ink, page.columns - axis - 1)
    else:
        text = LEFT_EIGHTHS[glyphs][rest].strip() + FULL[glyphs] * whole
        text = (text or LEFT_EIGHTHS[glyphs][4])[-axis:] if axis else ""
        page.write(0, axis - len(text), text, ink)
