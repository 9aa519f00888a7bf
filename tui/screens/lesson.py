"""A lesson: prose beside a running experiment, a page at a time."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType

from lessons.format.schema import Experiment, Page, exercise_ids, has_bench
from lessons.store import Run as StoredRun
from tui.screens.lesson_keys import KEYS, RUN_ACTIONS
from tui.screens.lesson_sizes import COLUMNS, ROWS
from tui.screens.lesson_ways import LessonWays
from tui.state.engine_runs import Runs
from tui.state.lesson_record import Bookmark, LessonRecord
from tui.state.live_run import LiveRun, RunState
from tui.state.stored_run import stopped_here
from tui.widgets.head import Head
from tui.widgets.key_bar import KeyBar
from tui.widgets.knob import KnobRow
from tui.widgets.lesson_page import LessonPage


class LessonScreen(LessonWays):
    """Reads, predicts, runs, sees. Turns pages, starts runs and has them kept."""

    CSS_PATH = "lesson.tcss"
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = KEYS
    HORIZONTAL_BREAKPOINTS = COLUMNS
    VERTICAL_BREAKPOINTS = ROWS

    def __init__(self, runs: Runs, record: LessonRecord, again: StoredRun | None = None) -> None:
        """Open the page a record is at; ``again`` is run there."""
        super().__init__(runs, record)
        self._again = again
        self._before: LiveRun | None = None
        """The run before this one, drawn as a ghost."""
        self._turning = asyncio.Lock()

    def compose_page(self) -> ComposeResult:
        yield Head(("read", "run"))
        yield LessonPage()
        yield KeyBar()

    async def on_mount(self) -> None:
        """Paint the frame first; the page follows."""
        self._paint_head()
        # A worker: the store is opened after the first paint, and this screen's turn comes first.
        self.call_after_refresh(self.run_worker, self._open)

    @property
    def page(self) -> Page:
        """The page that is open."""
        return self._record.page

    @property
    def experiment(self) -> Experiment | None:
        """The experiment of the page, or None."""
        return self._record.experiment

    # Pages

    async def _open(self) -> None:
        async with self._turning:
            bookmark = await self._record.open()
            await self._show_page(bookmark)
            if bookmark is None:
                self.run_again(self._again)

    async def action_turn_page(self, by: int) -> None:
        """The next or previous page."""
        async with self._turning:
            if self._record.has_page(by):
                # Before the page is another: a run counts for the page it was started on.
                self.cut_short()
                self._record.turn(by)
                await self._show_page()

    async def _show_page(self, bookmark: Bookmark | None = None) -> None:
        self.run = self._before = None
        await self._sides.show(self._record, self.runs.device)
        self.set_class(self.experiment is None, "-only-prose")
        self._show_side(stage=False)
        if bookmark is not None:
            self.run = self._sides.return_to(bookmark, self._record)
            self.paint_now()
        self._sides.look_ahead(self.runs)
        self._sides.laid_out()

    def _paint_head(self) -> None:
        head, lesson = self.query_one(Head), self._record.lesson
        head.show(lesson.title, f"{self._record.index + 1}/{len(lesson.pages)}  {self.page.title}")
        head.show_tab("run" if self.has_class("-stage") else "read")

    @on(Head.TabClicked)
    def action_other_side(self) -> None:
        """On a narrow screen, read or watch."""
        if self._sides.defers(self.action_other_side):
            return
        self._show_side(stage=not self.has_class("-stage"))

    def _show_side(self, *, stage: bool) -> None:
        self.set_class(stage, "-stage")
        self._paint_head()
        self.refresh_bindings()

    async def action_leave(self) -> None:
        """Back to the list of lessons; the run ends."""
        self.cut_short()
        self._record.close()
        self.dismiss()

    # Knobs and answers

    def action_choose(self, index: int) -> None:
        """A preset, which runs at once, an answer, which the run will judge, or an exercise."""
        sides = self._sides
        if sides.defers(lambda: self.action_choose(index)):
            return
        if sides.exercises.open(index) or index >= sides.activity.count:
            return
        answer = sides.choose(index)
        if sides.activity.is_blind:
            self._record.judge(answer)
        else:
            sides.set_preset(self.runs.device)
            self.action_run()

    def action_exercise(self) -> None:
        """The exercise that is next on this page."""
        self._sides.exercises.open_next()

    def action_defaults(self) -> None:
        """Turn every knob back to where the page has it."""
        self._sides.set_defaults(self.runs.device)

    @on(KnobRow.Turned)
    def _knob_turned(self, message: KnobRow.Turned) -> None:
        if message.knob.name == "device":
            self.runs.device = str(message.value)
            self._record.prefer("device", self.runs.device)
        self._record.set(knobs=self._sides.settings)
        self._sides.look_ahead(self.runs)
        if message.knob.live and self.is_live and self.run is not None:
            self.run.turned[message.knob.name] = message.value
            self.runs.engine.turn(self.run.run_id, message.knob.name, message.value)

    # Runs

    def action_run(self) -> None:
        """Start the experiment with the knobs as they are; what is hidden is drawn anew."""
        if self.experiment is not None and not self._sides.defers(self.action_run):
            self._sides.draw_seed()
            self.start_run(paused=self.experiment.stepwise)

    def action_step(self) -> None:
        """One step; starts the run if there is none."""
        if not self._sides.defers(self.action_step):
            super().action_step()

    def start_run(self, *, paused: bool = False) -> None:
        """Start the experiment, once a guess was made or declined."""
        experiment, sides = self.experiment, self._sides
        if experiment is None:
            return
        if sides.activity.asks_first():
            self._show_side(stage=False)  # on a narrow screen, where the choices are
            return
        sides.begin_round()
        self.cut_short()
        if self.run is not None and self.run.series:
            self._before = self.run
        self._record.set(knobs=sides.settings, choice=sides.activity.chosen, run=None)
        knobs, seed = sides.stage.values, sides.stage.seed
        self.run = self.run_experiment(experiment, knobs, seed=seed, paused=paused)
        self._show_side(stage=True)
        self.paint_now()

    def cut_short(self) -> None:
        """End the run and keep what it has shown so far, whatever else it would have said."""
        if (run := self.run) is not None and run.state.is_live:
            self.runs.engine.stop(run.run_id)
            run.hear(stopped_here(run))
            self._keep(run)

    def run_ended(self, run: LiveRun) -> None:
        """Judge the prediction, keep the numbers."""
        if run.state in (RunState.FINISHED, RunState.STOPPED):
            self._record.judge(self._sides.run_ended(run))
            self._keep(run)

    def _keep(self, run: LiveRun) -> None:
        torch = self.runs.engine.torch_version
        self._record.keep(run, torch=torch, device=self.runs.accelerator)

    def paint(self, *, now: bool = False) -> None:
        """The run on the stage, the run before it as a ghost."""
        self._sides.stage.show(self.looked_at, self._before, now=now)

    def action_before(self) -> None:
        """The run before as a ghost, or no longer."""
        self._sides.stage.toggle_ghost()

    @on(events.ScreenResume)
    def _look_at_exercises(self) -> None:
        self._sides.exercises.look()  # one may have been passed meanwhile

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The key bar shows what does something on this page now."""
        if action == "exercise":
            return bool(exercise_ids(self.page.activity))
        if action == "bench":
            return has_bench(self.page.activity)
        if action in RUN_ACTIONS:
            is_seen = action != "other_side" or self.has_class("-narrow")
            return self.experiment is not None and is_seen
        return super().check_action(action, parameters)

    def run_again(self, stored: StoredRun | None) -> None:
        """With the knobs and the seed of a kept run; one of another experiment on its own page."""
        if stored is None or stored.experiment != self._record.experiment_name:
            self.app.run_again(stored)  # type: ignore[attr-defined]
            return
        self._sides.activity.nudged = True  # a guess was asked for back then
        self._sides.stage.set_values(stored.knobs | {"seed": stored.seed})
        self.start_run(paused=self.experiment is not None and self.experiment.stepwise)
