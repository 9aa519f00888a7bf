"""From a manifest's pictures to the plot layer's options. Knows no widget."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from engine.plots import Options
from engine.plots.marks import Marks
from lessons.format.schema import Experiment, PlotSpec

DRAWN = {"Line": "fit", "Path": "path", "Walker": "walker"}
"""Views that get a colour by their name, and what they are called without one."""


def options(plot: PlotSpec, marks: Marks | None = None) -> Options:
    """What a manifest says about a picture, as the plot layer wants it.

    ``marks`` are the colours it shares with the other pictures of its experiment.
    """
    return Options(
        title=plot.title or plot.name,
        x_label=plot.x_label,
        y_label=plot.y_label,
        x_log=plot.x_log,
        y_log=plot.y_log,
        x_limits=plot.x_limits,
        y_limits=plot.y_limits,
        order=tuple(plot.series),
        marks=marks,
    )


def marks_of(experiment: Experiment) -> Marks:
    """Colours and glyphs for all pictures of an experiment and all its runs.

    The manifest's series come first, then the names in the source: so a name looks alike whatever
    was run before. What is drawn under no other name gets no mark, which would be one less for the
    others.
    """
    series = [name for plot in experiment.plots for name in plot.series]
    same = {name: root for plot in experiment.plots for name, root in _roots(plot.series).items()}
    return Marks([*series, *_named(experiment.source)], same)


def _roots(series: Sequence[str]) -> dict[str, str]:
    """What the series of a picture are of, where all their names end with what is measured.

    "clean_slope" and "broken_slope" are of "clean" and "broken", whatever picture those are in.
    """
    parts = {name: name.rpartition("_") for name in series}
    endings = {ending for root, _, ending in parts.values() if root}
    whole = len(endings) == 1 and all(root for root, _, _ in parts.values())
    return {name: root for name, (root, _, _) in parts.items()} if whole and len(parts) > 1 else {}


def _named(source: str) -> Iterator[str]:
    """Names of lines, paths and walkers as the source spells them, in its order."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        if not isinstance(call.func, ast.Name) or call.func.id not in DRAWN:
            continue
        given = {word.arg: word.value for word in call.keywords}
        name = given.get("name", ast.Constant(DRAWN[call.func.id]))
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            yield name.value
