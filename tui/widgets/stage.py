"""Where an experiment plays: its knobs, its pictures, what it prints, how it is doing."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widget import Widget

from lessons.schema import Experiment, Value
from tui.live import LiveRun
from tui.pictures import options
from tui.widgets.console import Console
from tui.widgets.knob import KnobRow
from tui.widgets.plot import PlotView
from tui.widgets.run_status import RunStatus


class Stage(Container):
    """Shows a `LiveRun`; starts nothing itself."""

    def __init__(self) -> None:
        super().__init__(id="stage")
        self.experiment: Experiment | None = None

    def compose(self) -> ComposeResult:
        yield Container(id="knobs")
        yield Vertical(id="plots")
        yield Console()
        yield RunStatus()

    async def set_experiment(self, experiment: Experiment | None) -> None:
        """Lay out the knobs and pictures of an experiment."""
        if experiment is self.experiment:
            return
        self.experiment = experiment
        knobs, plots = self.query_one("#knobs"), self.query_one("#plots")
        with self.app.batch_update():
            await knobs.remove_children()
            await plots.remove_children()
            if experiment is not None:
                await knobs.mount_all([KnobRow(knob) for knob in experiment.knobs])
                await plots.mount_all(self._pictures(experiment))
        self.show(None, now=True)

    def _pictures(self, experiment: Experiment) -> list[Widget]:
        return [
            PlotView(options(plot), id=f"plot-{plot.name.replace('_', '-')}")
            for plot in experiment.plots
        ]

    @property
    def values(self) -> dict[str, Value]:
        """The value of every knob."""
        return {row.knob.name: row.value for row in self.query(KnobRow)}

    def set_values(self, values: dict[str, Value]) -> None:
        """Turn knobs, by name."""
        for row in self.query(KnobRow):
            if row.knob.name in values:
                row.set_value(values[row.knob.name])

    def show(
        self, run: LiveRun | None, before: LiveRun | None = None, *, now: bool = False
    ) -> None:
        """Paint what a run has shown so far; ``before`` is drawn as a ghost."""
        if self.experiment is not None:
            for plot, view in zip(self.experiment.plots, self.query(PlotView), strict=True):
                if run is None:
                    view.clear()
                else:
                    view.show(run.content(plot, before))
        self.query_one(Console).show(run, now=now)
        self.query_one(RunStatus).show(run, now=now)
