"""Views to terminal cells at a given size: frames by plotext, ink by numpy, no screen."""

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
