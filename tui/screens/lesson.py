"""A lesson: prose beside the stage, a page at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import randrange
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from engine.process import protocol
from engine.process.client import State
from lessons.format import catalog
from lessons.format.schema import Experiment, Lesson, Page, Predict, Value, exercise_ids, run_of
from lessons.learner.review import BLIND, PREDICTION
from lessons.store import Run as KeptRun
from tui.messages import EngineChanged, RunSpoke
from tui.screens.code import CodeScreen
from tui.screens.lesson_keys import KEYS, LIVE_ACTIONS, RUN_ACTIONS
from tui.screens.page_screen import PageScreen
from tui.state.engine_runs import Runs
from tui.state.lesson_record import Left, Notebook
from tui.state.live_run import LiveRun, RunState
from tui.state.stored_run import stopped_here
from tui.widgets.activity import ActivityPanel
from tui.widgets.exercise_menu import ExerciseMenu
from tui.widgets.head import Head
from tui.widgets.key_bar import KeyBar
from tui.widgets.knob import KnobRow
from tui.widgets.prose import Prose
from tui.widgets.run_status import RunStatus
from tui.widgets.stage import SEED, Stage


class LessonScreen(PageScreen):
    """Reads, predicts, runs, sees. Starts runs; what they show is the stage's business."""

    CSS_PATH = "lesson.tcss"
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = KEYS

    def __init__(
        self,
        lesson: Lesson,
        runs: Runs,
        notebook: Notebook,
        page: int | None = None,
        again: KeptRun | None = None,
    ) -> None:
        """Open a lesson where it was left, or at a page counted from 0; ``again`` runs there."""
        super().__init__()
        self.lesson = lesson
        self.index = min(page or 0, len(lesson.pages) - 1)
        self._resumes = page is None
        self._runs = runs
        self._notebook = notebook
        self._again = again
        self._run: LiveRun | None = None
        self._before: LiveRun | None = None
        self._seed = 0
        self._turning = asyncio.Lock()
        self._paint_is_due = False
        self._is_laid_out = False
        self._early: list[Callable[[], None]] = []
        """What was asked for before the page was laid out; it follows then."""

    def compose_page(self) -> ComposeResult:
        yield Head()
        with Horizontal(id="sides"):
            yield Prose()
            yield Stage()
        yield KeyBar()

    async def on_mount(self) -> None:
        """Paint the frame first; the page follows."""
        self._paint_head()
        # A worker: the store is opened after the first paint, and this screen's turn comes first.
        self.call_after_refresh(self.run_worker, self._open)

    @property
    def page(self) -> Page:
        """The page that is open."""
        return self.lesson.pages[self.index]

    @property
    def experiment(self) -> Experiment | None:
        """The experiment of the page, or None."""
        return catalog.experiment(self._experiment_name) if self._experiment_name else None

    @property
    def _experiment_name(self) -> str:
        run = run_of(self.page.activity)
        return run.experiment if run else ""

    @property
    def _is_live(self) -> bool:
        return self._run is not None and self._run.state.is_live

    # Pages

    async def _open(self) -> None:
        async with self._turning:
            left = await self._notebook.find() if self._resumes else None
            if left is None:
                self._notebook.turn_to(self.index)
                await self._show_page()
                self._run_again(self._again)
            else:
                self.index = left.index
                await self._show_page(left)

    def _restore(self, left: Left) -> None:
        """Put the page back as it was left: choice, knobs, the picture of the last run."""
        panel = self.query_one(ActivityPanel)
        if left.choice is not None and left.choice < panel.count:
            panel.choose(left.choice)
        self.query_one(Stage).set_values(left.knobs)
        self._run = left.live(self.experiment, self._experiment_name)
        if self._run is not None:
            panel.run_ended(self._run.final)
            self._paint_now()

    async def _show_page(self, left: Left | None = None) -> None:
        self.cut_short()
        self._run = self._before = None
        self._is_laid_out = False
        await self.query_one(Prose).show(self.page, self.lesson.slug)
        stage = self.query_one(Stage)
        await stage.set_experiment(self.experiment)
        self._set_preset()
        stage.show(None, now=True)
        self.set_class(self.experiment is None, "-only-prose")
        self.remove_class("-stage")
        self._paint_head()
        self.refresh_bindings()
        if left is not None:
            self._restore(left)
        self._is_laid_out = True
        early, self._early = self._early, []
        for action in early:
            action()

    def _is_too_early(self, action: Callable[[], None]) -> bool:
        """Whether the page is not laid out yet; the action then waits until it is."""
        if not self._is_laid_out:
            self._early.append(action)
        return not self._is_laid_out

    def _paint_head(self) -> None:
        head = self.query_one(Head)
        place = f"{self.index + 1}/{len(self.lesson.pages)}  {self.page.title}"
        head.show(self.lesson.title, place)
        head.show_tabs(("read", "run"), "run" if self.has_class("-stage") else "read")

    async def action_turn_page(self, by: int) -> None:
        """The next or previous page."""
        async with self._turning:
            index = min(max(self.index + by, 0), len(self.lesson.pages) - 1)
            if index != self.index:
                self.index = index
                self._notebook.turn_to(index)
                await self._show_page()

    def action_other_side(self) -> None:
        """On a narrow screen, read or watch."""
        self.toggle_class("-stage")
        self._paint_head()

    async def action_leave(self) -> None:
        """Back to the list of lessons; the run ends."""
        self.cut_short()
        self._notebook.close()
        self.dismiss()

    # Knobs and presets

    def _set_preset(self) -> None:
        preset = self.query_one(ActivityPanel).preset
        if self.experiment is not None and preset is not None:
            kept: dict[str, Value] = {"device": self._runs.device} if self._runs.device else {}
            self.query_one(Stage).set_values(self.experiment.settings(preset) | kept)

    def action_choose(self, index: int) -> None:
        """A preset, which runs at once, an answer, which the run will judge, or an exercise."""
        if self._is_too_early(lambda: self.action_choose(index)):
            return
        panel = self.query_one(ActivityPanel)
        if self.query_one(ExerciseMenu).open(index) or index >= panel.count:
            return
        was_open = panel.right is None
        panel.choose(index)
        if panel.is_blind:
            self._judge(was_open, BLIND)
        else:
            self._set_preset()
            self.action_run()

    def action_exercise(self) -> None:
        """The exercise that is next on this page."""
        self.query_one(ExerciseMenu).open_next()

    def action_defaults(self) -> None:
        """Turn every knob back to where the page has it."""
        self.query_one(Stage).set_values({"seed": 0})
        self._set_preset()

    @on(KnobRow.Turned)
    def _knob_turned(self, message: KnobRow.Turned) -> None:
        if message.knob.name == "device":
            self._runs.device = str(message.value)
            self._notebook.prefer("device", self._runs.device)
        stage = self.query_one(Stage)
        self._notebook.set(knobs=stage.values | {"seed": stage.seed})
        if message.knob.live and self._is_live and self._run is not None:
            self._runs.engine.turn(self._run.run_id, message.knob.name, message.value)

    @on(KnobRow.Complained)
    def _knob_complained(self, message: KnobRow.Complained) -> None:
        self.query_one(RunStatus).say(message.text)

    # Runs

    def action_run(self) -> None:
        """Start the experiment with the knobs as they are; what is hidden is drawn anew."""
        if self.experiment is not None and not self._is_too_early(self.action_run):
            if self.query_one(ActivityPanel).is_blind:
                self.query_one(Stage).set_values({"seed": randrange(int(SEED.high or 1))})
            self._start_run(paused=self.experiment.stepwise)

    def _start_run(self, *, paused: bool) -> None:
        experiment = self.experiment
        if experiment is None:
            return
        panel = self.query_one(ActivityPanel)
        if panel.awaits_prediction and not panel.nudged:
            panel.nudge()
            return
        panel.begin_round()
        self.cut_short()
        if self._run is not None and self._run.series:
            self._before = self._run
        self._run = self._begin(experiment, self.query_one(Stage).values, paused=paused)
        self.add_class("-stage")
        self._paint_head()
        self._paint_now()

    def _begin(self, experiment: Experiment, knobs: dict[str, Value], *, paused: bool) -> LiveRun:
        job = protocol.Experiment(experiment.topic, experiment.function, dict(knobs))
        seed = self._seed = self.query_one(Stage).seed
        choice = self.query_one(ActivityPanel).chosen
        self._notebook.set(knobs=knobs | {"seed": seed}, choice=choice, run=None)
        run_id = self._runs.start(self, job, seed=seed, paused=paused, pace=experiment.pace)
        return LiveRun(run_id, experiment, knobs)

    def action_toggle_run(self) -> None:
        """Run; while something runs, stop."""
        if self._is_live:
            self.action_stop()
        else:
            self.action_run()

    def action_pause(self) -> None:
        """Hold the run, or let it go on."""
        if self._run is None or not self._is_live:
            return
        if self._run.state is RunState.PAUSED:
            self._runs.engine.resume(self._run.run_id)
        else:
            self._runs.engine.pause(self._run.run_id)
        self._paint_now()

    def action_step(self) -> None:
        """One step; starts the run if there is none."""
        if self._is_too_early(self.action_step):
            return
        if self._run is None or not self._is_live:
            self._start_run(paused=True)
        if self._run is not None and self._is_live:
            self._runs.engine.step(self._run.run_id)

    def action_stop(self) -> None:
        """End the run and keep what it has shown."""
        self._runs.stop(self._run)
        self._paint_now()

    def cut_short(self) -> None:
        """End the run and keep what it has shown so far, whatever else it would have said."""
        run = self._run
        if run is not None and run.state.is_live:
            self._runs.engine.stop(run.run_id)
            run.hear(stopped_here(run))
            self._keep(run)

    @on(RunSpoke)
    def _run_spoke(self, message: RunSpoke) -> None:
        run = self._run
        if run is None or message.event.run_id != run.run_id:
            return
        was = run.state
        run.hear(message.event)
        if run.state is not was:
            self._paint_now()
            if run.state in (RunState.FINISHED, RunState.STOPPED):
                self._write_down(run)
        elif not self._paint_is_due:
            # Events of one frame come in one batch: paint once, after the last of them.
            self._paint_is_due = True
            self.call_later(self._paint)

    def _write_down(self, run: LiveRun) -> None:
        """A run came to its end: judge the prediction, keep the numbers."""
        panel = self.query_one(ActivityPanel)
        was_open = panel.right is None
        panel.run_ended(run.final)
        self._judge(was_open, PREDICTION)
        self._keep(run)

    def _judge(self, was_open: bool, kind: str) -> None:
        """Write down what was answered, once it is known what is right."""
        panel, activity = self.query_one(ActivityPanel), self.page.activity
        chosen, right = panel.chosen, panel.right
        if isinstance(activity, Predict) and was_open and chosen is not None and right is not None:
            self._notebook.judge(activity, chosen, right, kind)

    def _keep(self, run: LiveRun) -> None:
        engine, here = self._runs.engine, self._runs.accelerator
        self._notebook.keep(
            run, self._experiment_name, seed=self._seed, torch=engine.torch_version, device=here
        )

    @on(EngineChanged)
    def _engine_changed(self, message: EngineChanged) -> None:
        if message.state is State.FAILED:
            self.query_one(RunStatus).say(
                "The engine cannot be started. Press q, then run tocha again."
            )

    def _paint(self, *, now: bool = False) -> None:
        self._paint_is_due = False
        if self.is_current:
            self.query_one(Stage).show(self._run, self._before, now=now)

    @on(events.ScreenResume)
    def _uncovered(self) -> None:
        """What came while another screen lay on top is painted now."""
        self.query_one(ExerciseMenu).look()
        if self._run is not None:
            self._paint_now()

    def _paint_now(self) -> None:
        self._paint(now=True)
        self.refresh_bindings()

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool | None:
        """The footer shows the keys that do something now."""
        if action in LIVE_ACTIONS:
            return self._is_live
        if action == "exercise":
            return bool(exercise_ids(self.page.activity))
        return action not in RUN_ACTIONS or self.experiment is not None

    def action_earlier_runs(self) -> None:
        """The kept runs of this experiment."""
        from tui.screens.history_of_runs import RunsScreen

        screen = RunsScreen(self.app.saving, self._experiment_name)  # type: ignore[attr-defined]
        self.app.push_screen(screen, self._run_again)

    def _run_again(self, kept: KeptRun | None) -> None:
        if kept is None:
            return
        if kept.experiment != self._experiment_name:
            self.app.run_again(kept)  # type: ignore[attr-defined]
            return
        self.query_one(ActivityPanel).nudged = True  # a guess was asked for back then
        self.query_one(Stage).set_values(kept.knobs | {"seed": kept.seed})
        self._start_run(paused=self.experiment is not None and self.experiment.stepwise)

    def action_code(self) -> None:
        """Show the exact source of the experiment."""
        if self.experiment is not None:
            stage = self.query_one(Stage)
            self.app.push_screen(CodeScreen(self.experiment, stage.values, stage.seed))

    def action_edit_copy(self) -> None:
        """Copy the experiment into the editor, with the knobs as they are."""
        if self.experiment is not None:
            stage = self.query_one(Stage)
            self.app.open_copy(self.experiment, stage.values, stage.seed)  # type: ignore[attr-defined]
