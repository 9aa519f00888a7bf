"""Looks ahead: before a run a stage shows what it will begin with."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.dom import DOMNode
from textual.timer import Timer

from engine.process.protocol import AnyEvent, RunStarted
from lessons.format.schema import Experiment
from tui.state.engine_runs import Runs
from tui.state.starting_picture import StartingPicture
from tui.widgets.stage import Stage

QUIET_SECONDS = 0.25
"""How long nobody has turned anything before a starting picture is asked for."""

PATIENCE_SECONDS = 2.0
"""How long a starting picture may take."""


class LookAhead:
    """Asks for a starting picture, once nobody has turned anything for a moment."""

    def __init__(self, owner: DOMNode) -> None:
        """``owner`` gets the events and passes them on to `hear`."""
        self._owner = owner
        self._start: StartingPicture | None = None
        self._quiet: Timer | None = None

    def begin(self, runs: Runs, experiment: Experiment, stage: Stage) -> None:
        """Before long, with the knobs as they stand on the stage by then."""
        self.end()
        self._wait(QUIET_SECONDS, partial(self._look, runs, experiment, stage))

    def end(self) -> None:
        """Something else is shown now."""
        if self._quiet is not None:
            self._quiet.stop()
        if self._start is not None:
            self._start.stop()
        self._quiet = self._start = None

    def hear(self, event: AnyEvent, stage: Stage) -> None:
        """Take in an event; what the run begins with is shown as soon as it is there."""
        start = self._start
        if start is None or event.run_id != start.seen.run_id:
            return
        if isinstance(event, RunStarted):
            # What takes longer has begun to work: that is for a run to show.
            self._wait(PATIENCE_SECONDS, self.end)
        if start.hear(event):
            self.end()
            stage.open_with(start.seen)

    def _look(self, runs: Runs, experiment: Experiment, stage: Stage) -> None:
        self._start = StartingPicture(runs, self._owner, experiment, stage.values, stage.seed)

    def _wait(self, seconds: float, then: Callable[[], None]) -> None:
        self._quiet = self._owner.set_timer(seconds, then)
