"""An experiment on the screen: knobs, plots, output and status of its run."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, repeat

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widget import Widget

from engine.plots import Curve
from engine.plots.natural import rows_wanted
from engine.views import AnyView
from lessons.format.schema import Experiment, Knob, Value
from tui.state.live_run import LiveRun
from tui.state.plot_options import marks_of, options
from tui.widgets.console import Console
from tui.widgets.heights import shared
from tui.widgets.knob import KnobRow
from tui.widgets.knobs import Knobs
from tui.widgets.plot import PlotView
from tui.widgets.run_status import RunStatus

SEED = Knob(name="seed", label="seed", default=0, kind="int", low=0, high=9999, step_size=1)
"""Every experiment with random numbers has it: same seed, same numbers."""


def turnable(experiment: Experiment) -> list[Knob]:
    """The experiment's knobs, and the seed where it does something and is not one of them."""
    has_own = any(knob.name == SEED.name for knob in experiment.knobs)
    return [*experiment.knobs, SEED] if experiment.random and not has_own else experiment.knobs


class Stage(Container):
    """Shows a `LiveRun`; starts nothing itself."""

    def __init__(self) -> None:
        super().__init__(id="stage")
        self.experiment: Experiment | None = None
        self._has_ghost = True
        self._shown: tuple[LiveRun | None, LiveRun | None] = None, None
        self._wanted: dict[int, int | None] = {}
        self._heights: dict[PlotView, int | str] = {}

    def compose(self) -> ComposeResult:
        yield Knobs()
        yield Vertical(id="plots")
        yield Console()
        yield RunStatus()

    async def set_experiment(self, experiment: Experiment | None) -> None:
        """Lay out the knobs and pictures of an experiment."""
        if experiment is self.experiment:
            return
        self.experiment = experiment
        self._wanted, self._heights = {}, {}
        knobs, plots = self.query_one("#knobs"), self.query_one("#plots")
        with self.app.batch_update():
            await knobs.remove_children()
            await plots.remove_children()
            if experiment is not None:
                await knobs.mount_all([KnobRow(knob) for knob in turnable(experiment)])
                await plots.mount_all(self._pictures(experiment))
        self.show(None, now=True)

    def _pictures(self, experiment: Experiment) -> list[Widget]:
        marks = marks_of(experiment)
        return [
            PlotView(options(plot, marks), id=f"plot-{plot.name.replace('_', '-')}")
            for plot in experiment.plots
        ]

    def _share_height(self, views: list[PlotView], contents: list[list[AnyView | Curve]]) -> None:
        """Tables and texts get the rows they need and charts the rest; nothing shrinks again
        while a run goes on, for the eye's sake."""
        area = self.query_one("#plots").content_size
        for place, (view, content) in enumerate(zip(views, contents, strict=True)):
            titled = bool(view.plot.options.title)
            wanted = rows_wanted(content, area.width, titled=titled) if content else None
            known = self._wanted.get(place)
            self._wanted[place] = wanted if wanted is None else max(wanted + 1, known or 0)
        heights = shared([self._wanted[place] for place in range(len(views))], area.height)
        parts: Iterator[str] = chain(["3fr"], repeat("2fr"))
        for view, rows in zip(views, heights, strict=True):
            height = next(parts) if rows is None else rows
            if height != self._heights.get(view):
                self._heights[view] = view.styles.height = height

    @property
    def values(self) -> dict[str, Value]:
        """The value of every knob of the experiment."""
        return {row.knob.name: row.value for row in self.query(KnobRow) if row.knob is not SEED}

    @property
    def seed(self) -> int:
        """Where the run's random numbers start."""
        return next((int(row.value) for row in self.query(KnobRow) if row.knob is SEED), 0)

    def set_values(self, values: dict[str, Value]) -> None:
        """Turn knobs, by name."""
        for row in self.query(KnobRow):
            if row.knob.name in values:
                row.set_value(values[row.knob.name])

    def show(
        self, run: LiveRun | None, before: LiveRun | None = None, *, now: bool = False
    ) -> None:
        """Paint what a run has shown so far; ``before`` is drawn as a ghost, unless told not to."""
        self._shown = run, before
        before = before if self._has_ghost else None
        if self.experiment is not None:
            views = list(self.query(PlotView))
            contents = [run.content(plot, before) if run else [] for plot in self.experiment.plots]
            self._share_height(views, contents)
            for view, content in zip(views, contents, strict=True):
                if run is None:
                    view.clear()
                else:
                    view.show(content)
        self.query_one(Console).show(run, now=now)
        self.query_one(RunStatus).show(run, now=now)

    def toggle_ghost(self) -> None:
        """Show the run before behind the curves, or no longer."""
        self._has_ghost = not self._has_ghost
        self.show(*self._shown, now=True)
