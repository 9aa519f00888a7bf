"""The series of a training loop that is watched: which are losses, what to plot, what to write."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Protocol

from engine.history import Series
from engine.plots import Curve, Options
from engine.plots.lettering import count, number
from engine.plots.marks import Marks
from engine.views import AnyView, Line, Path, Walker

LOSS, LR, GRADIENT, EPOCH = "loss", "lr", "grad_norm", "epoch"
SPEED, SAMPLES = SPEEDS = ("steps/s", "samples/s")
GAUGES = ("memory", "GPU memory", "GPU memory of torch")
"""Bytes over seconds; torch's own share goes over steps."""
GPU_USE = "GPU use"
CLOSER = ("time of a step", "layers", "activations")
"""Views of a script that is watched closely; they come after its curves."""
SENTENCES = ("verdict", "gpu-uuid")
"""Views that are read, not drawn."""
MOST_LOSSES = 8
"""So many are written in a line; all are drawn."""
OVER_SECONDS = ("memory", "GPU memory", GPU_USE)


class Drawable(Protocol):
    """Whatever has series and views: a watched script, a run of the learner's code."""

    series: dict[str, Series]
    views: dict[str, dict[str, AnyView]]


class Picture:
    """One picture of a loop that was watched."""

    def __init__(
        self,
        title: str,
        series: list[str] | None = None,
        *,
        views: str = "",
        log: bool = False,
        x_label: str = "step",
        y_label: str = "",
        unit: str = "",
    ) -> None:
        self.title = title
        self._series = series or []
        self._unit = unit
        self._views = views
        # The legend names every curve: a title would say it twice.
        heading = "" if series else title
        self.options = Options(
            title=heading,
            x_label=x_label,
            y_label=y_label,
            y_log=log,
            order=tuple(name + unit for name in self._series),
        )

    def content(
        self, run: Drawable, before: Mapping[str, Series] | None = None, what: str = ""
    ) -> list[AnyView | Curve]:
        """What is drawn in it now, over the series of a run ``before`` that is called ``what``."""
        ghosts = before or {}
        views: Mapping[str, AnyView] = run.views.get(self._views, {}) if self._views else {}
        meanings: Mapping[str, str] = getattr(run, "meanings", {})
        epochs = None if self.options.x_label != "step" else run.series.get(EPOCH)
        curves = [
            Curve(
                legend(name, meanings) + self._unit,
                run.series[name],
                ghosts.get(name),
                what,
                epochs,
            )
            for name in self._series
            if name in run.series
        ]
        return [*views.values(), *curves]

    def share(self, marks: Marks, content: list[AnyView | Curve]) -> None:
        """Take colours and glyphs from these; names are given theirs in the order of pictures."""
        for drawn in content:
            if isinstance(drawn, Curve | Line | Path | Walker):
                marks.of(drawn.name)
        self.options = replace(self.options, marks=marks)


def legend(name: str, meanings: Mapping[str, str]) -> str:
    """What a legend calls a series: a loss of several passes says how they became one."""
    return f"{name} ({meanings[name]})" if meanings.get(name) else name


def pictures(run: Drawable, marks: Marks | None = None) -> list[Picture]:
    """What there is to draw of a loop that was watched, the most telling first.

    ``marks`` are the colours and glyphs that all of them share.
    """
    losses = of_kind(run.series, LOSS)
    found = [Picture(LOSS, losses, log=True)]
    if "fit" in run.views:
        found.append(Picture("fit", views="fit", x_label="x", y_label="y"))
    known_views = {"fit", *CLOSER, *SENTENCES}
    found += [Picture(name, views=name) for name in run.views if name not in known_views]
    rates, norms = (of_kind(run.series, kind) for kind in (LR, GRADIENT))
    known = {*losses, *rates, *norms, EPOCH, *SPEEDS, *GAUGES, GPU_USE}
    found += [Picture(name, [name]) for name in run.series if name not in known]
    found += [Picture(GRADIENT, norms, log=True), Picture(LR, rates)]
    found += [Picture(name, views=name) for name in CLOSER]
    found += [Picture(name, [name]) for name in SPEEDS]
    gauges = [name for name in GAUGES if name in OVER_SECONDS]
    found.append(Picture("memory", gauges, x_label="second", unit=" GB"))
    found.append(Picture(GPU_USE, [GPU_USE], x_label="second", unit=" %"))
    shared = Marks() if marks is None else marks
    drawn = [(picture, content) for picture in found if (content := picture.content(run))]
    for picture, content in drawn:
        picture.share(shared, content)
    return [picture for picture, _ in drawn]


def numbers(
    run: Drawable,
    step: int,
    *,
    digits: int = 3,
    has_ended: bool = False,
) -> Iterator[tuple[str, str]]:
    """The newest number of each kind, named as in a legend; of what has ended, no speed.

    What is not of the step that is named first says of which it is.

    Args:
        digits: of the learning rate and the gradient norm.
        has_ended: then there is no speed.
    """
    last = {name: series.last for name, series in run.series.items()}
    if step:
        yield "step", count(step)
    if last.get(EPOCH, 0) > 0:
        yield EPOCH, f"{last[EPOCH]:g}"
    losses = of_kind(run.series, LOSS)
    rates, norms = (of_kind(run.series, kind) for kind in (LR, GRADIENT))
    now = {name for name in losses if _is_of_now(run.series, name, losses)}
    for name in _newest(run.series, losses):
        # Written as in the legends of their pictures.
        yield name, number(last[name]) + ("" if name in now else _at(run.series[name]))
    apart = {*GAUGES, GPU_USE, *SPEEDS, *rates, *norms, *losses, EPOCH}
    yield from ((name, number(value)) for name, value in last.items() if name not in apart)
    for name in rates:
        # It holds until another is told, as long as its loss goes on.
        if _loss_of(name, LR) in now or not losses:
            yield name, f"{last[name]:.{digits}g}"
    for name in norms:
        loss = _loss_of(name, GRADIENT)
        if loss in now or loss not in losses:
            at = run.series[loss].reach[1] if loss in now else step
            is_of_now = run.series[name].reach[1] == at
            yield name, f"{last[name]:.{digits}g}" + ("" if is_of_now else _at(run.series[name]))
    for name in SPEEDS:
        if name in last and not has_ended:
            yield name, count(round(last[name]))
    for name in GAUGES:
        if name in last:
            yield name, f"{last[name]:.2f} GB"
    if GPU_USE in last and not has_ended:
        yield GPU_USE, f"{last[GPU_USE]:.0f} %"


def _at(series: Series) -> str:
    """Of which step its newest value is."""
    return f" at step {count(round(series.reach[1]))}" if math.isfinite(series.reach[1]) else ""


def _loss_of(name: str, kind: str) -> str:
    """The loss that a learning rate or a norm belongs to."""
    return LOSS + name.removeprefix(kind)


def _is_of_now(series: Mapping[str, Series], name: str, losses: list[str]) -> bool:
    """Whether a loss is as new as it can be: its next value is not overdue.

    Two optimizers take turns, and another process counts its own steps.
    """
    _, _, whose = name.partition(" of ")
    reach = [series[each].reach[1] for each in losses if each.partition(" of ")[2] == whose]
    lag = max(reach) - series[name].reach[1]
    return lag == 0 or lag < series[name].gap


def _newest(series: Mapping[str, Series], losses: list[str]) -> list[str]:
    """Of many losses, each of its own phase, only the newest."""
    if len(losses) <= MOST_LOSSES:
        return losses
    kept = sorted(losses, key=lambda name: series[name].reach[1])[-MOST_LOSSES:]
    return [name for name in losses if name in kept]


def of_kind(names: Iterable[str], kind: str) -> list[str]:
    """Those of a kind: "lr", and of further optimizers "lr 2"."""
    return [name for name in names if name == kind or name.startswith(f"{kind} ")]
