"""The state of one run, gathered from its events: series, views, progress, output. No widget."""

from __future__ import annotations

import time
from collections import deque
from enum import Enum

from engine.history import Series
from engine.plots import Curve
from engine.process.protocol import (
    AnyEvent,
    Finished,
    Frame,
    Paused,
    Printed,
    Refused,
    Resumed,
    RunDied,
    RunFailed,
    RunFinished,
    RunStarted,
    RunStopped,
    RunUnavailable,
    Samples,
    Shown,
)
from engine.views import AnyView, Code, Progress
from lessons.format.schema import Experiment, PlotSpec, Value

MOST_LINES = 2000
"""Printed lines kept."""


class RunState(Enum):
    """Where a run is in its life."""

    WAITING = "waiting for the engine"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    UNAVAILABLE = "not run"

    @property
    def is_live(self) -> bool:
        """Whether more may come."""
        return self in LIVE


STEPPED = ("step", "epoch", "batch")
"""Units of a run that takes steps of training; others ask, or measure."""

LIVE = {RunState.WAITING, RunState.RUNNING, RunState.PAUSED, RunState.STOPPING}


class LiveRun:
    """A run as its watcher knows it: series, newest views, progress, output, end."""

    def __init__(
        self, run_id: int, experiment: Experiment, knobs: dict[str, Value], seed: int = 0
    ) -> None:
        self.run_id = run_id
        self.experiment = experiment
        self.knobs = knobs
        self.turned: dict[str, Value] = {}
        self.seed = seed
        self.state = RunState.WAITING
        self.series: dict[str, Series] = {}
        self.views: dict[str, dict[str, AnyView]] = {}
        self.progress: Progress | None = None
        self.output: deque[str] = deque(maxlen=MOST_LINES)
        self.lost_bytes = 0
        self.final: dict[str, float | None] = {}
        self.seconds = 0.0
        self.failure = ""
        self.frames: list[Frame] = []
        self._lines: list[int] = []
        self._partial = ""
        self._moving_since: float | None = None
        self._moved = 0.0
        self._was_held = False

    def hear(self, event: AnyEvent) -> None:
        """Take in the next event of this run."""
        match event:
            case RunStarted():
                self._enter(RunState.RUNNING)
            case Samples():
                self._take(event)
            case Shown(view=Progress() as progress):
                self.progress = progress
            case Shown(view=view):
                plot, name = view.key
                self.views.setdefault(plot, {})[name] = view
            case Printed():
                self._print(event)
            case Paused(lines=lines):
                self._lines, self._was_held = lines, True
                if self.state is not RunState.STOPPING:
                    self._enter(RunState.PAUSED)
            case Resumed():
                if self.state is not RunState.STOPPING:
                    self._enter(RunState.RUNNING)
            case _:
                self._end(event)

    def stopping(self) -> None:
        """The run was told to end."""
        if self.state.is_live:
            self._enter(RunState.STOPPING)

    def content(self, plot: PlotSpec, before: LiveRun | None = None) -> list[AnyView | Curve]:
        """What is drawn in a picture: its views, then its curves, over those of the run before."""
        ghosts = before.series if before else {}
        different = self._different(before) if before else ""
        curves = [
            Curve(name, self.series[name], ghosts.get(name), different)
            for name in plot.series
            if name in self.series
        ]
        return [*self.views.get(plot.name, {}).values(), *curves]

    def _different(self, before: LiveRun) -> str:
        """How the run before was set, where this one is not: "learning rate 0.01"."""
        settings = before.knobs | {"seed": before.seed}
        mine = self.knobs | {"seed": self.seed}
        turned = [name for name in settings if settings[name] != mine.get(name)]
        turned.sort(key=lambda name: not isinstance(settings[name], str))
        known = {knob.name: knob for knob in self.experiment.knobs}
        parts = [
            known[name].setting(settings[name]) if name in known else f"{name} {settings[name]}"
            for name in turned
        ]
        return ", ".join(parts) or "the same knobs"

    @property
    def is_blank(self) -> bool:
        """Whether it is under way and has shown nothing yet."""
        return self.state.is_live and not (self.views or self.series or self.output)

    @property
    def lines(self) -> list[int]:
        """Lines of the experiment's source, from 1: those of the last single step, then the one at
        which the run is held; none while it runs.
        """
        if self.state is not RunState.PAUSED:
            return []
        first, rows = self.experiment.line, len(self.experiment.source.splitlines())
        return [line - first + 1 for line in self._lines if 0 <= line - first < rows]

    @property
    def code(self) -> Code | None:
        """The code that the run shows itself going through; None where it shows none."""
        views = (view for plot in self.views.values() for view in plot.values())
        return next((view for view in views if isinstance(view, Code)), None)

    @property
    def partial(self) -> str:
        """What was printed of a line that is not finished."""
        return self._partial

    @property
    def steps(self) -> int:
        """Steps with scalars so far."""
        return max((len(series) for series in self.series.values()), default=0)

    @property
    def running_seconds(self) -> float:
        """Seconds spent running, pauses left out; of a run that had none, as it told itself."""
        if self.seconds and not self._was_held:
            return self.seconds
        since = self._moving_since
        return self._moved + (time.monotonic() - since if since is not None else 0.0)

    @property
    def steps_per_second(self) -> float:
        """Speed so far, pauses left out; 0 of what takes no steps, or only as many as we let it."""
        progress = self.progress
        takes_steps = progress is None or progress.unit in STEPPED
        # Numbers that come once an epoch do not tell how many steps that took.
        is_told = progress is None or progress.unit != "epoch" or self.steps > progress.done + 1
        if self.experiment.pace or not (takes_steps and is_told and self.running_seconds):
            return 0.0
        return self.steps / self.running_seconds

    @property
    def seconds_left(self) -> float | None:
        """Time left at the speed so far; None where nothing can be said, as of a run that waits."""
        if self.progress is None or not self.progress.done or self.state is not RunState.RUNNING:
            return None
        done, total = self.progress.done, self.progress.total
        return self.running_seconds * (total - done) / done

    def _enter(self, state: RunState) -> None:
        now = time.monotonic()
        if self._moving_since is not None:
            self._moved += now - self._moving_since
        self._moving_since = now if state is RunState.RUNNING else None
        self.state = state

    def _take(self, samples: Samples) -> None:
        series = self.series.get(samples.name)
        if series is None:
            series = self.series[samples.name] = Series()
        series.extend(samples.steps, samples.values, samples.low, samples.high)

    def _print(self, printed: Printed) -> None:
        self.lost_bytes += printed.lost
        if printed.lost:
            self._partial = ""
        *lines, self._partial = (self._partial + printed.text).split("\n")
        self.output.extend(lines)

    def _end(self, event: AnyEvent) -> None:
        if self._partial:
            self.output.append(self._partial)
            self._partial = ""
        match event:
            case RunFinished():
                self._enter(RunState.FINISHED)
            case RunStopped():
                self._enter(RunState.STOPPED)
            case RunFailed(error=error, message=message, frames=frames):
                self._enter(RunState.FAILED)
                self.failure = f"{error}: {message}" if message else error
                self.frames = frames
            case RunDied(reason=reason):
                was_stopping = self.state is RunState.STOPPING
                self._enter(RunState.STOPPED if was_stopping else RunState.FAILED)
                self.failure = f"The run {reason}."
            case RunUnavailable(reason=reason):
                self._enter(RunState.UNAVAILABLE)
                self.failure = reason
            case Refused(message=message):
                self._enter(RunState.FAILED)
                self.failure = message
        if isinstance(event, Finished):
            self.final = event.final
            self.seconds = event.seconds
