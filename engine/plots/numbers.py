"""Whatever a view carries, as numpy arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HUGE = 1e300
"""Finite values are drawn as if they were no larger than this, so that spans stay finite."""


def array(values: Any) -> NDArray[Any]:
    """Numbers of any origin with their own kind (bool, int, float, complex) and shape.

    What is no number becomes NaN; an empty array where nothing can be read at all.
    """
    try:
        found = np.asarray(values)
    except Exception:  # a tensor that needs a gradient, a ragged list: no business of a picture
        found = _detached(values)
    if found.dtype.kind in "biufc":
        return found
    return _readable(found)


def floats(values: Any) -> Floats:
    """Numbers as a flat array of finite-sized floats; NaN and infinities are kept."""
    found = array(values)
    if found.dtype.kind == "c":
        found = found.real
    with np.errstate(all="ignore"):
        flat = found.astype(np.float64).reshape(-1)
        return np.where(np.isfinite(flat), np.clip(flat, -HUGE, HUGE), flat)


def scalar(value: Any) -> float:
    """The first number found; NaN where there is none."""
    found = floats(value)
    return float(found[0]) if len(found) else float("nan")


def pair(x: Any, y: Any) -> tuple[Floats, Floats]:
    """Coordinates of the points that have both; shape (N,) each."""
    a, b = floats(x), floats(y)
    n = min(len(a), len(b))
    return a[:n], b[:n]


def _detached(values: Any) -> NDArray[Any]:
    try:
        return np.asarray(values.detach().cpu().tolist())
    except Exception:
        try:
            return np.asarray(values, dtype=object)
        except Exception:
            return np.zeros(0)


def _readable(found: NDArray[Any]) -> NDArray[Any]:
    def read(value: Any) -> float:
        try:
            return float(value)
        except Exception:
            return float("nan")

    return np.array([read(value) for value in found.reshape(-1)]).reshape(found.shape)
