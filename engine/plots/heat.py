"""The colormap: which of the heat levels, drawn as a cell's background, a value has."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.plots.cells import HEAT_LEVELS
from engine.plots.numbers import Floats

MIDDLE = HEAT_LEVELS / 2


def levels(values: Floats, low: float, high: float) -> NDArray[np.uint8]:
    """1 at ``low`` to HEAT_LEVELS at ``high``, beyond them the nearest; 0 for NaN."""
    spread = high - low
    with np.errstate(all="ignore"):
        scaled = (values - low) * (HEAT_LEVELS / spread) if spread > 0 else values * 0 + MIDDLE
        scaled = np.minimum(np.maximum(scaled, 0.0), HEAT_LEVELS - 1)
        odd = np.isnan(scaled)
        if not odd.any():
            return scaled.astype(np.uint8) + np.uint8(1)
        # An infinity less itself is none: it counts as the end it lies at.
        scaled = np.where(values == math.inf, HEAT_LEVELS - 1, np.where(odd, 0, scaled))
        found = scaled.astype(np.uint8) + np.uint8(1)
        return np.where(np.isnan(values), np.uint8(0), found)


def finite_range(values: Floats) -> tuple[float, float]:
    """Lowest and highest finite value; NaN where there is none."""
    good = values[np.isfinite(values)]
    return (float(good.min()), float(good.max())) if good.size else (math.nan, math.nan)
