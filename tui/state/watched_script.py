"""The state of a watched script, gathered from its log: series, output, findings. No widget."""

from __future__ import annotations

import math
import shlex
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from engine.history import Series
from engine.process.protocol import (
    PROCESS,
    AnyEvent,
    Event,
    Finding,
    Noted,
    Printed,
    RunDied,
    RunFinished,
    RunStarted,
    Samples,
    Shown,
)
from engine.views import AnyView, Text
from engine.watch.record import Record
from tui.state.training_series import GAUGES, LOSS, LR, Picture, numbers, of_kind, pictures
from tui.terminal.escape import escaped, one_line

MOST_LINES = 5000
"""Printed lines kept on the screen; the log has them all."""

GIGABYTE = 1e9

COLUMNS: list[Callable[[Samples], ArrayLike]] = [
    lambda part: part.steps,
    lambda part: part.values,
    lambda part: part.values if part.low is None else part.low,
    lambda part: part.values if part.high is None else part.high,
]
"""Steps and values with the extremes around them, each of shape (N,)."""


class WatchedScript:
    """What a script has logged so far, and how it stands."""

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
        self.meanings: dict[str, str] = {}
        """What a series is, in words, by its name."""
        self.processes: dict[int, str] = {}
        """What other processes of the script are called, by their number."""
        self.note = ""
        """The newest sentence about the watching itself; empty when it does not hold any more."""

    def hear(self, events: Iterable[AnyEvent]) -> None:
        """Take in the next events of the log."""
        samples: dict[str, list[Samples]] = {}
        for event in events:
            match event:
                case Samples(name=name):
                    name = one_line(f"{name}{self._whose(event)}")
                    samples.setdefault(name, []).append(event)
                case Shown(view=view):
                    self._show(view)
                case Printed():
                    self._print(event)
                case Finding():
                    # Of many processes that train the same, each would say it.
                    self.findings[event.rule] = _harmless(event, "title", "says", "fix")
                case Noted():
                    self._note(event)
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

    def _whose(self, event: Event) -> str:
        """Which of the script's processes speaks; empty for the script itself."""
        number = event.run_id
        return f" of {self.processes.get(number, f'process {number}')}" if number else ""

    def _note(self, noted: Noted) -> None:
        if noted.about == PROCESS:
            self.processes[noted.run_id] = one_line(noted.text)
        elif noted.about:
            self.meanings[one_line(f"{noted.about}{self._whose(noted)}")] = one_line(noted.text)
        else:
            self.note = one_line(noted.text)

    def _show(self, view: AnyView) -> None:
        """Keep a view; what it is called comes from the script."""
        words = [name for name in view.__struct_fields__ if isinstance(getattr(view, name), str)]
        view = _harmless(view, *words)
        plot, name = view.key
        self.views.setdefault(plot, {})[name] = view

    def _print(self, printed: Printed) -> None:
        self.lost_bytes += printed.lost
        *lines, self.partial = (self.partial + printed.text).split("\n")
        self.output.extend(map(last_state, lines))

    @property
    def title(self) -> str:
        """The script's name, as a screen may show it."""
        return one_line(self.record.title)

    @property
    def step(self) -> int:
        """The step the script is at; 0 before the first."""
        losses = of_kind(self.series, LOSS) or of_kind(self.series, LR)
        # Of several processes the script's own counts, if it trains.
        own = [name for name in losses if " of " not in name]
        reach = [self.series[name].reach[1] for name in own or losses]
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

    @property
    def command(self) -> str:
        """What to type to watch it again, in the folder where it ran."""
        return shlex.join(["tocha", "watch", *self.record.command])

    @property
    def verdict(self) -> str:
        """Where the time of a step goes, in a sentence; empty before that is known."""
        view = self.views.get("verdict", {}).get("verdict")
        return one_line(view.text) if isinstance(view, Text) and self.end is None else ""

    def numbers(self) -> Iterator[tuple[str, str]]:
        """The newest number of each kind, named as in a legend."""
        has_ended = self.end is not None
        return numbers(self, self.step, has_ended=has_ended)

    def pictures(self) -> list[Picture]:
        """What there is to draw, the most telling first."""
        return pictures(self)


def last_state(line: str) -> str:
    """What a terminal shows of a line that was written over: progress bars do that."""
    return line.rstrip("\r").rpartition("\r")[2]


T = TypeVar("T", bound=msgspec.Struct)


def _harmless(one: T, *words: str) -> T:
    """The same with these of its texts escaped: a terminal would obey what is in them."""
    texts = {name: escaped(getattr(one, name)) for name in words}
    return msgspec.structs.replace(one, **texts)
