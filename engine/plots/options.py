"""How a picture is to be drawn, and a series as part of a picture."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from engine.history import Series

if TYPE_CHECKING:
    from engine.plots.marks import Marks

Limits = tuple[float, float] | None
"""(lowest, highest), or None to follow the data in coarse steps."""


class Glyphs(Enum):
    """What the terminal's font can show."""

    BRAILLE = "braille"
    BLOCKS = "blocks"
    """Half blocks and box drawing: what every console font has."""
    ASCII = "ascii"


@dataclass(frozen=True, slots=True)
class Options:
    """What a picture is called and how its axes run; every field has a sensible default."""

    title: str = ""
    x_label: str = ""
    y_label: str = ""
    x_log: bool = False
    y_log: bool = False
    x_limits: Limits = None
    y_limits: Limits = None
    order: tuple[str, ...] = ()
    """Names in the order of their colours; names that are not here follow as they appear."""
    marks: Marks | None = None
    """Colours and glyphs that other pictures share; then ``order`` does not matter."""
    smooth: bool = True
    """Draw long curves dim and their smoothed course bright on top."""
    residuals: bool = False
    """Join every point of a scatter to the fit."""
    contour: bool = False
    """Draw a surface as lines of equal height instead of colours."""
    compact: bool | None = None
    """Draw a grid in colours only; None: when its values do not fit and its colours do."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A series in a picture: raw values dim, smoothed ones bright; ``ghost`` is the last run's."""

    name: str
    series: Series
    ghost: Series | None = None
    before: str = ""
    """What was different in the last run: "learning rate 0.01"."""
    epochs: Series | None = None
    """The number of the epoch over the same steps, where that is known; 0: nobody can say."""
