"""What a watched script has shown so far, gathered from its log. Knows no widget."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from engine.history import Series
from engine.plots import Curve, Options
from engine.process.protocol import (
    AnyEvent,
    Finding,
    Printed,
    RunDied,
    RunFinished,
    RunStarted,
    Samples,
    Shown,
)
from engine.views import AnyView
from engine.watch.record import Record

MOST_LINES = 5000
"""Printed lines kept on the screen; the log has them all."""

LR, GRADIENT, SPEED = "lr", "grad_norm", "steps/s"
GAUGES = ("memory", "GPU memory", "GPU memory of torch")
"""Bytes over seconds; torch's own share goes over steps."""
GPU_USE = "GPU use"
OVER_SECONDS = ("memory", "GPU memory", GPU_USE)

GIGABYTE = 1e9

COLUMNS: list[Callable[[Samples], ArrayLike]] = [
    lambda part: part.steps,
    lambda part: part.values,
    lambda part: part.values if part.low is None else part.low,
    lambda part: part.values if part.high is None else part.high,
]
"""Steps and values with the extremes around them, each of shape (N,)."""


class Watched:
    """A script as its watcher knows it."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.series: dict[str, Series] = {}
        self.views: dict[str, dict[str, AnyView]] = {}
        self.output: deque[str] = deque(maxlen=MOST_LINES)
        self.findings: dict[str, Finding] = {}
        self.lost_bytes = 0
        self.end: RunFinished | RunDied | None = None
        self.is_lost = False
        """The keeper is gone, and nobody knows how the script ended."""
        self.partial = ""
        """The line that is not finished."""

    def hear(self, events: Iterable[AnyEvent]) -> None:
        """Take in the next events of the log."""
        samples: dict[str, list[Samples]] = {}
        for event in events:
            match event:
                case Samples(name=name):
                    samples.setdefault(name, []).append(event)
                case Shown(view=view):
                    plot, name = view.key
                    self.views.setdefault(plot, {})[name] = view
                case Printed():
                    self._print(event)
                case Finding():
                    self.findings[event.rule] = event
                case RunFinished() | RunDied():
                    self.end = event
                case RunStarted():
                    pass
        # Together: a long log is read ten times as fast so.
        for name, parts in samples.items():
            self._take(name, parts)

    def _take(self, name: str, parts: list[Samples]) -> None:
        series = self.series.get(name)
        if series is None:
            series = self.series[name] = Series()
        per_unit = 1 / GIGABYTE if name in GAUGES else 1.0
        steps, values, low, high = (
            np.concatenate([column(part) for part in parts]) for column in COLUMNS
        )
        series.extend(steps, values * per_unit, low * per_unit, high * per_unit)

    def _print(self, printed: Printed) -> None:
        self.lost_bytes += printed.lost
        *lines, self.partial = (self.partial + printed.text).split("\n")
        self.output.extend(map(last_state, lines))

    @property
    def step(self) -> int:
        """The step the script is at; 0 before the first."""
        reach = [series.reach[1] for name, series in self.series.items() if is_loss(name)]
        return int(max((end for end in reach if math.isfinite(end)), default=0))

    @property
    def seconds(self) -> float:
        """How long it has run, or ran."""
        if self.record.status is not None:
            return self.record.seconds
        return max(0.0, time.time() - self.record.started)

    @property
    def state(self) -> str:
        """In words: "runs", "has finished", "ended with exit status 3"."""
        if self.is_lost:
            return "is out of reach: whoever kept it is gone"
        match self.end:
            case None:
                return "runs"
            case RunFinished():
                return "has finished"
            case RunDied(reason=reason):
                return reason

    def numbers(self) -> Iterator[tuple[str, str]]:
        """The newest number of each kind, named as in a legend."""
        if self.step:
            yield "step", f"{self.step:,}".replace(",", " ")
        for name, series in self.series.items():
            if name not in (*GAUGES, GPU_USE, SPEED, LR, GRADIENT):
                yield name, f"{series.last:.4g}"
        for name in (LR, GRADIENT):
            if name in self.series:
                yield name, f"{self.series[name].last:.3g}"
        if SPEED in self.series and self.end is None:
            yield SPEED, f"{self.series[SPEED].last:,.0f}".replace(",", " ")
        for name in GAUGES:
            if name in self.series:
                yield name, f"{self.series[name].last:.2f} GB"
        if GPU_USE in self.series and self.end is None:
            yield GPU_USE, f"{self.series[GPU_USE].last:.0f} %"

    def pictures(self) -> list[Picture]:
        """What there is to draw, the most telling first."""
        return pictures(self)


class Seen(Protocol):
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

    def content(self, watched: Seen) -> list[AnyView | Curve]:
        """What is drawn in it now."""
        views: Mapping[str, AnyView] = watched.views.get(self._views, {}) if self._views else {}
        curves = [
            Curve(name + self._unit, watched.series[name])
            for name in self._series
            if name in watched.series
        ]
        return [*views.values(), *curves]


def pictures(seen: Seen) -> list[Picture]:
    """What there is to draw of a loop that was watched, the most telling first."""
    losses = [name for name in seen.series if is_loss(name)]
    found = [Picture("loss", losses, log=True)]
    if "fit" in seen.views:
        found.append(Picture("fit", views="fit", x_label="x", y_label="y"))
    found += [Picture(name, views=name) for name in seen.views if name != "fit"]
    known = {*losses, LR, GRADIENT, SPEED, *GAUGES, GPU_USE}
    found += [Picture(name, [name]) for name in seen.series if name not in known]
    found += [Picture(name, [name], log=name == GRADIENT) for name in (GRADIENT, LR, SPEED)]
    gauges = [name for name in GAUGES if name in OVER_SECONDS]
    found.append(Picture("memory", gauges, x_label="second", unit=" GB"))
    found.append(Picture(GPU_USE, [GPU_USE], x_label="second", unit=" %"))
    return [picture for picture in found if picture.content(seen)]


def is_loss(name: str) -> bool:
    """Whether a series is a loss: "loss", and of further optimizers "loss 2"."""
    return name == "loss" or name.startswith("loss ")


def last_state(line: str) -> str:
    """What a terminal shows of a line that was written over: progress bars do that."""
    return line.rstrip("\r").rpartition("\r")[2]
