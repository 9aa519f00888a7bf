"""Numbers as papers: which of the heat levels a value has."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.plots.cells import HEAT_LEVELS
from engine.plots.numbers import Floats


def levels(values: Floats, low: float, high: float) -> NDArray[np.uint8]:
    """1 at ``low`` to HEAT_LEVELS at ``high``, beyond them the nearest; 0 for NaN."""
    with np.errstate(all="ignore"):
        spread = high - low
        part = (values - low) / spread if spread > 0 else np.where(np.isnan(values), np.nan, 0.5)
        part = np.where(values == math.inf, 1.0, np.where(values == -math.inf, 0.0, part))
        found = 1 + np.clip(np.floor(part * HEAT_LEVELS), 0, HEAT_LEVELS - 1)
        return np.where(np.isnan(found), 0, found).astype(np.uint8)


def finite_range(values: Floats) -> tuple[float, float]:
    """Lowest and highest finite value; NaN where there is none."""
    good = values[np.isfinite(values)]
    return (float(good.min()), float(good.max())) if good.size else (math.nan, math.nan)
