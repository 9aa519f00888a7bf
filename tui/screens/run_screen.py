"""What every screen with a run has in common: it follows the run's events, paints and steers."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from textual import events, on

from engine.process import protocol
from engine.process.client import State
from engine.process.protocol import AnyEvent
from lessons.format import catalog
from lessons.format.schema import Experiment, Value
from tui.messages import EngineChanged, RunEventReceived
from tui.screens.frame_painter import FramePainter
from tui.screens.page_screen import PageScreen
from tui.state.engine_runs import Runs
from tui.state.live_run import LiveRun, RunState
from tui.widgets.knob import KnobRow
from tui.widgets.plot import PlotView
from tui.widgets.run_status import RunStatus

AnyRun = TypeVar("AnyRun", bound=LiveRun)

LIVE_ACTIONS = {"pause", "stop"}
"""Actions that make sense only while something runs."""


class RunScreen(PageScreen, Generic[AnyRun]):
    """Follows one run of the engine. A screen built on it says what it runs and what it shows.

    Events go into ``run``; all that come within a frame are painted together, a change of its
    state at once.
    """

    QUIT_KEY: ClassVar[str] = "q"
    """What leaves the app from here; not a letter where one types."""

    def __init__(self, runs: Runs) -> None:
        super().__init__()
        self.runs = runs
        self.run: AnyRun | None = None
        """The run that was started last; None before the first."""
        self._painter = FramePainter(self, self.paint)

    # What a screen says

    def start_run(self, *, paused: bool = False) -> None:
        """Start the screen's run; with ``paused`` it waits before its first step."""
        raise NotImplementedError

    def paint(self, *, now: bool = False) -> None:
        """Show how the run stands; ``now`` also what is painted only a few times a second."""
        raise NotImplementedError

    def event_received(self, event: AnyEvent) -> None:
        """An event was taken in; it is not painted yet."""

    def other_event(self, event: AnyEvent) -> None:
        """An event of another run came than of the one that was started last."""

    def run_ended(self, run: AnyRun) -> None:
        """The run has come to its end, whatever that was; it is not painted yet."""

    def say(self, sentence: str) -> None:
        """Show a sentence, until the run has something new to say."""
        self.query_one(RunStatus).say(sentence)

    # What this piece does

    @property
    def is_live(self) -> bool:
        """Whether more may come of the run."""
        return self.run is not None and self.run.state.is_live

    def run_experiment(
        self,
        experiment: Experiment,
        knobs: dict[str, Value],
        *,
        seed: int = 0,
        paused: bool = False,
    ) -> LiveRun:
        """Ask the engine for an experiment of the course."""
        job = protocol.Experiment(experiment.topic, experiment.function, dict(knobs))
        run_id = self.runs.start(self, job, seed=seed, paused=paused, pace=experiment.pace)
        return LiveRun(run_id, experiment, knobs, seed)

    @on(RunEventReceived)
    def _take_in(self, message: RunEventReceived) -> None:
        run, event = self.run, message.event
        if run is None or event.run_id != run.run_id:
            self.other_event(event)
            return
        was = run.state
        run.hear(event)
        self.event_received(event)
        if run.state is was:
            self._painter.soon()
            return
        if was.is_live and not run.state.is_live:
            self.run_ended(run)
        self.paint_now()

    @on(EngineChanged)
    def _engine_changed(self, message: EngineChanged) -> None:
        if message.state is State.FAILED:
            leave = f"Press {self.QUIT_KEY}, then run tocha again."
            self.say(f"The engine cannot be started. {leave}")

    @on(events.ScreenResume)
    def _uncovered(self) -> None:
        """What came while another screen lay on top is painted now."""
        if self.run is not None:
            self.paint_now()

    def paint_now(self) -> None:
        """Paint everything, and the keys that do something now."""
        self._painter.now()
        self.refresh_bindings()

    def open_lesson_page(self, *names: str) -> None:
        """Open the first of these pages ("tensors/views") that there is."""
        found = next((where for name in names if (where := catalog.page(name))), None)
        if found is not None:
            self.app.open_lesson(*found)  # type: ignore[attr-defined]

    def cut_short(self) -> None:
        """End the run, because one goes elsewhere."""
        self.runs.stop(self.run)

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool | None:
        """The key bar shows what does something now."""
        return self.is_live if action in LIVE_ACTIONS else True

    # Keys

    def action_run(self) -> None:
        """Run."""
        self.start_run()

    def action_toggle_run(self) -> None:
        """Run; while something runs, stop."""
        if self.is_live:
            self.action_stop()
        else:
            self.action_run()

    def action_stop(self) -> None:
        """End the run and keep what it has shown."""
        self.runs.stop(self.run)
        self.paint_now()

    def action_pause(self) -> None:
        """Hold the run at its next step, or let it go on."""
        if self.run is None or not self.is_live:
            return
        if self.run.state is RunState.PAUSED:
            self.runs.engine.resume(self.run.run_id)
        else:
            self.runs.engine.pause(self.run.run_id)
        self.paint_now()

    async def action_step_back(self) -> None:
        """Out of a knob or a picture; from outside, leave the screen."""
        if isinstance(self.focused, KnobRow | PlotView):
            self.set_focus(None)
        else:
            await self.run_action("leave")

    def action_step(self) -> None:
        """One step; starts the run if there is none."""
        if not self.is_live:
            self.start_run(paused=True)
        if self.run is not None and self.is_live:
            self.runs.engine.step(self.run.run_id)
