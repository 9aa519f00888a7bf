"""Pictures of single views as text, and where an ink is in them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.history import Series
from engine.plots import Cells, Curve, Ink, Options, Plot, plain
from engine.views import View

NAN, INF = float("nan"), float("inf")


def series(values: ArrayLike) -> Series:
    """A series over steps from 0."""
    made = Series()
    known = np.asarray(values, dtype=np.float64)
    made.extend(range(len(known)), known)
    return made


def text(
    view: View | Curve, options: Options | None = None, size: tuple[int, int] = (60, 16)
) -> str:
    """A picture of one view as text."""
    return plain(Plot(options).draw([view], *size))


def inks(cells: Cells, ink: Ink) -> NDArray[np.bool_]:
    """Where an ink is, below the legend; shape (rows, columns)."""
    found: NDArray[np.bool_] = cells.ink == ink
    found[0] = False
    return found
