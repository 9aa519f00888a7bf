"""Plots: views to terminal cells at a given size, frames by plotext, ink by numpy.

What belongs here: pictures as characters and what each means. Colours of a theme, keys and the
screen itself are in ``tui``.
"""

from engine.plots.cells import HEAT_LEVELS, Cells, Ink
from engine.plots.options import Curve, Glyphs, Options
from engine.plots.output import ansi, detect_colors, detect_glyphs, plain
from engine.plots.plot import Plot

__all__ = [
    "HEAT_LEVELS",
    "Cells",
    "Curve",
    "Glyphs",
    "Ink",
    "Options",
    "Plot",
    "ansi",
    "detect_colors",
    "detect_glyphs",
    "plain",
]
