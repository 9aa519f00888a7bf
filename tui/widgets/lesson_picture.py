"""A lesson's best moment, drawn: from the newest run that was kept, else by a run of its own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import on, work
from textual.containers import Vertical
from textual.timer import Timer
from textual.widgets import Static

from engine.process import protocol
from engine.process.client import State
from lessons.format import catalog
from lessons.format.schema import Experiment, Lesson, Moment, PlotSpec
from tui.messages import RunEventReceived
from tui.state.engine_runs import Runs
from tui.state.saving import Saving
from tui.terminal.in_sight import is_in_sight

if TYPE_CHECKING:
    from lessons.store import Curve, Run, Store
    from tui.state.live_run import LiveRun

LEISURE_SECONDS = 0.6
"""How long the cursor rests on a lesson before its picture is looked for."""

MOST_ROWS = 40
"""Of a picture that can use any."""

OWN = "from your run of {when}"
DRAWN = "{title}, drawn just now; your own runs come here"


class LessonPicture(Vertical):
    """Nothing at first: the plot layer is loaded once the engine is ready, in another thread."""

    DEFAULT_CSS = """
    LessonPicture {
        height: 1fr;
        PlotView { height: 1fr; }
        #moment-origin { height: 1; color: $text-muted; }
    }
    """

    def __init__(self, runs: Runs, saving: Saving) -> None:
        super().__init__(id="moment")
        self._runs, self._saving = runs, saving
        self._lesson: Lesson | None = None
        self._resting: Timer | None = None
        self.run: LiveRun | None = None
        """The run that draws, or has drawn, what is shown."""
        self._source = ""
        """Which run that is: the uid of a kept one, the lesson of one of our own."""
        self._drawn: dict[str, LiveRun] = {}
        """Finished runs of our own, by lesson: once is enough."""

    def show(self, lesson: Lesson | None) -> None:
        """Draw another lesson's moment, if the cursor rests on it."""
        if lesson is not self._lesson:
            self.rest()
            self._lesson = lesson
        self.look()

    def look(self) -> None:
        """Draw after a while, if there is room and an engine to draw with."""
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(LEISURE_SECONDS, self._bring)

    def rest(self) -> None:
        """End what is under way, and show nothing."""
        if self._resting is not None:
            self._resting.stop()
        if self.run is not None:
            self._runs.stop(self.run)
            self.run = None
        self._source = ""
        self.workers.cancel_node(self)
        self.remove_children()

    @work
    async def _bring(self) -> None:
        lesson = self._lesson
        moment = lesson.moment if lesson is not None else None
        if lesson is None or moment is None or not self._is_wanted(lesson):
            return
        await asyncio.to_thread(_load)
        experiment = catalog.experiment(f"{lesson.slug}.{moment.experiment}")
        plot = next(plot for plot in experiment.plots if plot.name == moment.plot)
        kept = await self._saving.read(lambda store: _newest(store, lesson.slug, experiment))
        source = kept[0].uid if kept is not None else lesson.slug
        # A worker that is cancelled while the store answers goes on with the answer.
        if source == self._source or not self._is_wanted(lesson):
            return
        self._source = source
        if kept is not None:
            run, origin = _restored(experiment, *kept)
        else:
            run = self._drawn.get(lesson.slug) or self._start(experiment, moment)
            origin = DRAWN.format(title=experiment.title)
        await self._put(run, origin, plot)

    def _is_wanted(self, lesson: Lesson) -> bool:
        """Whether there is room for its picture, and an engine to draw it with."""
        is_ready = self._runs.engine.state is State.READY
        is_seen = is_in_sight(self.screen) and self.size.height > 0
        return lesson is self._lesson and is_ready and is_seen

    def _start(self, experiment: Experiment, moment: Moment) -> LiveRun:
        from tui.state.live_run import LiveRun

        turned = {name: experiment.knob(name).parse(text)
                  for name, text in moment.knobs.items()}  # fmt: skip
        knobs = experiment.defaults | turned
        job = protocol.Experiment(experiment.topic, experiment.function, knobs)
        return LiveRun(self._runs.start(self, job), experiment, knobs)

    async def _put(self, run: LiveRun, origin: str, plot: PlotSpec) -> None:
        from tui.state.plot_options import marks_of, options
        from tui.widgets.plot import PlotView

        self.run = run
        view = PlotView(options(plot, marks_of(run.experiment)))
        view.can_focus = False
        with self.app.batch_update():
            await self.remove_children()
            if self.run is not run:  # Left meanwhile.
                return
            await self.mount_all([view, Static(origin, id="moment-origin", markup=False)])
        self._paint()

    @on(RunEventReceived)
    def _take_in(self, message: RunEventReceived) -> None:
        run = self.run
        if run is None or message.event.run_id != run.run_id:
            return
        run.hear(message.event)
        if not run.state.is_live and self._lesson is not None and not run.failure:
            self._drawn[self._lesson.slug] = run
        self._paint()

    def _paint(self) -> None:
        from engine.plots.natural import wanted
        from tui.widgets.plot import PlotView

        run, views = self.run, list(self.query(PlotView))
        moment = self._lesson.moment if self._lesson is not None else None
        if run is None or moment is None or not views:
            return
        plot = next(plot for plot in run.experiment.plots if plot.name == moment.plot)
        content = run.content(plot)
        # What has a size of its own has its origin right below it.
        rows = wanted(content, views[0].size.width, title=plot.title or plot.name).rows
        views[0].styles.max_height = rows or MOST_ROWS
        views[0].show(content)


def _load() -> None:
    """Import the plot layer: about a fifth of a second in which keys should be heard."""
    import tui.state.run_comparison
    import tui.widgets.plot  # noqa: F401


def _newest(
    store: Store, slug: str, experiment: Experiment
) -> tuple[Run, list[Curve], list[bytes]] | None:
    runs = store.runs.all(f"{slug}.{experiment.id}")
    if not runs:
        return None
    return runs[0], store.runs.curves(runs[0].uid), store.runs.views(runs[0].uid)


def _restored(
    experiment: Experiment, run: Run, curves: list[Curve], views: list[bytes]
) -> tuple[LiveRun, str]:
    from tui.state.live_run import LiveRun
    from tui.state.run_comparison import when
    from tui.state.stored_run import restore

    live = LiveRun(0, experiment, dict(run.knobs), run.seed)
    restore(live, run, curves, views)
    return live, OWN.format(when=when(run))
