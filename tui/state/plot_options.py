"""From a manifest's picture to the plot layer's options. Knows no widget."""

from __future__ import annotations

from engine.plots import Options
from lessons.format.schema import PlotSpec


def options(plot: PlotSpec) -> Options:
    """What a manifest says about a picture, as the plot layer wants it."""
    return Options(
        title=plot.title or plot.name,
        x_label=plot.x_label,
        y_label=plot.y_label,
        x_log=plot.x_log,
        y_log=plot.y_log,
        x_limits=plot.x_limits,
        y_limits=plot.y_limits,
        order=tuple(plot.series),
    )
