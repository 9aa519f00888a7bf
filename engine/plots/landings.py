"""The markers of an optimizer path: a dot for every step, on the line that joins them."""

from __future__ import annotations

import numpy as np

from engine.plots.canvas import DOTS, Canvas
from engine.plots.cells import Ink
from engine.plots.numbers import Floats

LANDING = "•"


def landings(canvas: Canvas, px: Floats, py: Floats, ink: Ink) -> None:
    """One dot a cell, however many of the places (in dots) lie in it."""
    wide, high = DOTS[canvas.glyphs]
    with np.errstate(all="ignore"):
        column = np.floor((px + 0.5) / wide)
        row = np.floor((py + 0.5) / high)
        seen = (column >= 0) & (column < canvas.page.columns) & (row >= 0)
        seen &= row < canvas.page.rows
    cells = row[seen].astype(np.int64), column[seen].astype(np.int64)
    canvas.page.chars[cells] = LANDING
    canvas.page.ink[cells] = ink
