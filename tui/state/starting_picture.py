"""What an experiment shows before anything has happened, from a run that is held at once."""

from __future__ import annotations

from textual.dom import DOMNode

from engine.process import protocol
from engine.process.protocol import AnyEvent, Paused, Refused, RunEnded, Samples, Shown
from engine.views import AnyView, Code, Graph, Grid, Heatmap, Line, Mark, Network, Scatter
from lessons.format.schema import Experiment, Value
from tui.state.engine_runs import Runs
from tui.state.live_run import LiveRun

FIRST = (Scatter, Line, Heatmap, Grid, Graph, Network, Code)
"""What a run may begin with: things that are given. A table or a text is already an answer."""

FURTHER = (Scatter, Heatmap, Mark)
"""What may follow it: data, and names of places."""


class StartingPicture:
    """The first views of an experiment. This run counts for nothing, and nothing of it is kept.

    It is asked for one view after the other as long as they are of what is given, then it ends.
    """

    def __init__(
        self,
        runs: Runs,
        owner: DOMNode,
        experiment: Experiment,
        knobs: dict[str, Value],
        seed: int,
    ) -> None:
        """Ask for it; ``owner`` gets the events and passes them on to `hear`."""
        job = protocol.Experiment(experiment.topic, experiment.function, dict(knobs))
        self._runs = runs
        self._run_id = runs.start(owner, job, seed=seed, paused=True)
        self.seen = LiveRun(self._run_id, experiment, knobs, seed)
        """Views alone: no scalar, no progress, no output."""
        self._wants_more = True
        self._is_live = True

    def hear(self, event: AnyEvent) -> bool:
        """Take in an event of this run; whether there is something to see now."""
        match event:
            case Shown(view=view):
                self._look(view)
            case Samples():
                self._wants_more = False  # work has begun
            case Paused() if self._wants_more:
                self._runs.engine.step(self._run_id, view=True)
            case Paused():
                self.stop()
                return bool(self.seen.views)
            case _:
                self._is_live = self._is_live and not isinstance(event, RunEnded | Refused)
        return False

    def stop(self) -> None:
        """End it, if it has not ended."""
        if self._is_live:
            self._is_live = False
            self._runs.engine.stop(self._run_id)

    def _look(self, view: AnyView) -> None:
        kinds = FURTHER if self.seen.views else FIRST
        self._wants_more = self._wants_more and isinstance(view, kinds)
        if self._wants_more:
            self.seen.hear(Shown(self._run_id, view=view))
            self._wants_more = isinstance(view, FURTHER)
