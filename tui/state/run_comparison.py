"""Kept runs side by side: one picture, and what is different between them. Knows no widget."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from engine.plots import Curve as PlotCurve
from engine.views import AnyView, Line, Path, Walker
from lessons.format import catalog
from lessons.format.knobs import Knob, said
from lessons.format.schema import PlotSpec
from lessons.store import Curve, Run, RunState, Store
from tui.state.stored_run import decoded, series_of

LETTERS = "ABCD"
"""At most so many runs are laid over one another."""

LINES = (Line, Path, Walker)
"""Views of which several fit into one picture."""

SIGNS = {RunState.FINISHED: "✓", RunState.STOPPED: "■"}


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A kept run with its curves and last views, read from the store."""

    run: Run
    curves: Sequence[Curve]
    views: Sequence[AnyView] = field(default_factory=list)

    @classmethod
    def read(cls, store: Store, run: Run) -> KeptRun:
        """From the store.

        Raises:
            Fault: the store cannot be read.
        """
        return cls.of(run, store.runs.curves(run.uid), store.runs.views(run.uid))

    @classmethod
    def of(cls, run: Run, curves: Sequence[Curve], lines: Sequence[bytes]) -> KeptRun:
        """From what the store gave."""
        return cls(run, curves, list(decoded(lines)))


def overlay(plot: PlotSpec, shown: Sequence[KeptRun]) -> list[AnyView | PlotCurve]:
    """Everything of these runs that belongs into one picture.

    Of several runs, points and surfaces come from the first and lines from all.
    """
    content: list[AnyView | PlotCurve] = []
    for letter, one in zip(LETTERS, shown, strict=False):
        prefix = f"{letter} " if len(shown) > 1 else ""
        for view in one.views:
            if view.key[0] != plot.name:
                continue
            if isinstance(view, LINES):
                content.append(msgspec.structs.replace(view, name=prefix + view.name))
            elif one is shown[0]:
                content.append(view)
        curves = {curve.name: curve for curve in one.curves}
        content += [
            PlotCurve(prefix + name, series_of(curves[name]))
            for name in plot.series
            if name in curves
        ]
    return content


def pictures(plots: Sequence[PlotSpec], shown: Sequence[KeptRun]) -> list[PlotSpec]:
    """The pictures in which these runs have something, curves first.

    Of several runs every picture shows one curve each: four runs with three curves is a tangle.
    """
    found = sorted(plots, key=lambda plot: not plot.series)
    if len(shown) > 1:
        found = [one for plot in found for one in _split(plot)]
    return [plot for plot in found if overlay(plot, shown)]


def knobs_of(experiment: str) -> dict[str, Knob]:
    """The knobs of an experiment by name; none of one that is no more."""
    try:
        return {knob.name: knob for knob in catalog.experiment(experiment).knobs}
    except LookupError:
        return {}


def pictures_of(experiment: str, shown: Sequence[KeptRun]) -> list[PlotSpec]:
    """The pictures of an experiment; of one that is no more, a picture for each curve."""
    try:
        return catalog.experiment(experiment).plots
    except LookupError:
        found = [curve.name for curve in shown[0].curves]
        return [PlotSpec(name=name, series=[name]) for name in found]


def _split(plot: PlotSpec) -> Iterator[PlotSpec]:
    if len(plot.series) < 2:
        yield plot
        return
    for name in plot.series:
        yield msgspec.structs.replace(plot, series=[name], title=name)


def names(content: Sequence[AnyView | PlotCurve]) -> tuple[str, ...]:
    """The names in a picture, so that each gets a colour of its own."""
    return tuple(one.name if isinstance(one, PlotCurve) else one.key[1] for one in content)


def facts(run: Run) -> Iterator[tuple[str, str]]:
    """Everything that can differ between two runs, as names and texts."""
    known = knobs_of(run.experiment)
    for name, value in run.knobs.items():
        knob = known.get(name)
        yield (knob.title, knob.said(value)) if knob else (name, said(value))
    yield "seed", str(run.seed)
    yield "ran on", run.device
    yield "torch", run.versions.get("torch", "")
    yield "ended", run.state.value
    yield "steps", str(run.steps)
    yield "seconds", f"{run.seconds:.1f}"
    for name, last in run.final.items():
        yield f"last {name}", "not a number" if last is None else f"{last:.5g}"


def difference(runs: Sequence[Run]) -> tuple[list[tuple[str, list[str]]], list[tuple[str, str]]]:
    """What differs between runs, a text for each; and what is the same in all."""
    tables = [dict(facts(run)) for run in runs]
    names = list(dict.fromkeys(name for table in tables for name in table))
    rows = [(name, [table.get(name, "") for table in tables]) for name in names]
    different = [row for row in rows if len(set(row[1])) > 1]
    same = [(name, texts[0]) for name, texts in rows if len(set(texts)) == 1 and texts[0]]
    return different, same


def turned(run: Run) -> str:
    """The knobs that were not at their defaults: "learning rate 0.1  activation Tanh"."""
    known = knobs_of(run.experiment)
    parts = [
        known[name].setting(value)
        for name, value in run.knobs.items()
        if name in known and known[name].default != value and name != "device"
    ]
    if run.seed:
        parts.append(f"seed {run.seed}")
    return "  ".join(parts) or "defaults"


def when(run: Run, now: Callable[[], float] = time.time) -> str:
    """ "15:04" today, "23 Nov 15:04" this year, "23 Nov 2025" before."""
    then, today = time.localtime(run.started), time.localtime(now())
    if then[:3] == today[:3]:
        return time.strftime("%H:%M", then)
    return time.strftime("%d %b %H:%M" if then[0] == today[0] else "%d %b %Y", then)
