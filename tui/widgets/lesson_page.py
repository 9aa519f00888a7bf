"""One page of a lesson: its prose beside the experiment it is about."""

from __future__ import annotations

from collections.abc import Callable
from random import randrange

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content

from lessons.format.schema import Value
from tui.messages import RunEventReceived
from tui.state.engine_runs import Runs
from tui.state.lesson_record import Answer, Bookmark, LessonRecord
from tui.state.live_run import LiveRun
from tui.state.run_evidence import evidence_of
from tui.widgets.activity import ActivityPanel
from tui.widgets.exercise_menu import ExerciseMenu
from tui.widgets.look_ahead import LookAhead
from tui.widgets.plot_column import PlotColumn
from tui.widgets.prose import Prose
from tui.widgets.stage import SEED, Stage


class LessonPage(Horizontal):
    """Lays a page out, and turns the knobs to where the page has them."""

    def __init__(self) -> None:
        super().__init__(id="sides")
        self._is_laid_out = False
        self._early: list[Callable[[], None]] = []
        """What was asked for before the page was laid out; it follows then."""
        self._look_ahead = LookAhead(self)

    def compose(self) -> ComposeResult:
        yield Prose()
        yield Stage()

    @property
    def activity(self) -> ActivityPanel:
        """Presets or answers."""
        return self.query_one(ActivityPanel)

    @property
    def exercises(self) -> ExerciseMenu:
        """The exercises of the page."""
        return self.query_one(ExerciseMenu)

    @property
    def stage(self) -> Stage:
        """The experiment: knobs, plots, output, status."""
        return self.query_one(Stage)

    # Laying out

    async def show(self, record: LessonRecord, device: str) -> None:
        """Turn to the page that is open; `laid_out` says when nothing is missing."""
        self._is_laid_out = False
        self.look_no_further()
        await self.query_one(Prose).show(record.page, record.lesson.slug)
        await self.stage.set_experiment(record.experiment)
        self.set_preset(device)
        self._told()
        self.stage.show(None, now=True)

    def return_to(self, bookmark: Bookmark, record: LessonRecord) -> LiveRun | None:
        """Put the page back as it was left: choice, knobs, what a run decided; that run."""
        if bookmark.choice is not None and bookmark.choice < self.activity.count:
            self.choose(bookmark.choice)
        self.stage.set_values(bookmark.knobs)
        run = bookmark.live(record.experiment, record.experiment_name)
        if run is not None:
            self.run_ended(run)
        return run

    # What there is to see before a run

    def look_ahead(self, runs: Runs) -> None:
        """Before a run: show what it begins with, once nobody has turned anything for a moment."""
        self._look_ahead.end()
        experiment = None if self.stage.has_run else self.stage.experiment
        is_question = self.activity.awaits_prediction
        if experiment is not None and not (experiment.reveals and is_question):
            self._look_ahead.begin(runs, experiment, self.stage)

    def look_no_further(self) -> None:
        """Something else is shown now."""
        self._look_ahead.end()
        self.stage.opening = None

    @on(RunEventReceived)
    def _take_in(self, message: RunEventReceived) -> None:
        self._look_ahead.hear(message.event, self.stage)

    def on_unmount(self) -> None:
        """Nothing of it outlives the page."""
        self._look_ahead.end()

    # What a run decides

    def choose(self, index: int) -> Answer | None:
        """Take a preset or an answer; see `ActivityPanel.choose`."""
        answer = self.activity.choose(index)
        self._told()
        return answer

    def _told(self) -> None:
        """What the run has decided stands beside it, and the rows it was decided by."""
        self.stage.query_one(PlotColumn).look_at(self.activity.asked_rows)
        self.stage.tell(self.activity.outcome)

    def begin_round(self) -> None:
        """A run begins: what the one before decided is no longer news."""
        self._look_ahead.end()
        self.activity.begin_round()
        self.stage.tell(Content(""))

    def run_ended(self, run: LiveRun) -> Answer | None:
        """A run has ended: say what it decides. The answer, if this decides it."""
        answer = self.activity.run_ended(evidence_of(run))
        self.stage.tell(self.activity.outcome)
        # What there is to say stands below what was asked, on a long page out of sight.
        self.call_after_refresh(self.activity.scroll_visible, animate=False)
        return answer

    def laid_out(self) -> None:
        """The page is complete: what was asked for too early follows."""
        self._is_laid_out = True
        early, self._early = self._early, []
        for action in early:
            action()

    def defers(self, action: Callable[[], None]) -> bool:
        """Whether the page is not laid out yet; the action then waits until it is."""
        if not self._is_laid_out:
            self._early.append(action)
        return not self._is_laid_out

    # Knobs

    def set_preset(self, device: str) -> None:
        """Turn the knobs to where the chosen preset has them; a chosen device stays."""
        preset, experiment = self.activity.preset, self.stage.experiment
        if experiment is not None and preset is not None:
            kept: dict[str, Value] = {"device": device} if device else {}
            self.stage.set_values(experiment.settings(preset) | kept)

    def set_defaults(self, device: str) -> None:
        """Turn every knob, and the seed, back to where the page has it."""
        self.stage.set_values({"seed": 0})
        self.set_preset(device)

    def draw_seed(self) -> None:
        """In a blind round, hide something else."""
        if self.activity.is_blind:
            self.stage.set_values({"seed": randrange(int(SEED.high or 1))})

    @property
    def settings(self) -> dict[str, Value]:
        """Every knob, and the seed."""
        return self.stage.values | {"seed": self.stage.seed}
