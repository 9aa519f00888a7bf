"""The bench of a page: every preset it has in one list, and the run of one of them beside it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from lessons.format import catalog
from lessons.format.schema import Lesson, Preset, run_of
from tui.messages import RunEventReceived
from tui.screens.code import CodeScreen
from tui.screens.stepping import SteppingScreen
from tui.state.engine_runs import Runs
from tui.state.lesson_record import LessonRecord
from tui.state.live_run import LiveRun, RunState
from tui.state.run_evidence import evidence_of, noted
from tui.state.saving import Saving
from tui.widgets.key_bar import KeyBar
from tui.widgets.look_ahead import LookAhead
from tui.widgets.stage import Stage

BLIND = "training/a-blind-round"
"""The page on which nobody tells."""

GUESS = "Guess its curve, then enter runs it."


class BenchScreen(SteppingScreen):
    """Choose on the left, see on the right; what there is to say comes after the run."""

    CSS_PATH = "bench.tcss"
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,r", "run", "Run", key_display="enter", id="run"),
        Binding("ctrl+r", "toggle_run", "Run or stop", show=False, priority=True, id="toggle-run"),
        Binding("down,j,ctrl+n", "move(1)", "Down", show=False, id="bench.down"),
        Binding("up,k,ctrl+o", "move(-1)", "Up", show=False, id="bench.up"),
        Binding("space", "pause", "Pause", id="pause"),
        Binding("s", "step", "Step", id="step"),
        Binding("left,less_than_sign", "stop_back", "Step back", key_display="←", id="step-back"),
        Binding(
            "right,greater_than_sign", "stop_forward", "Forward", key_display="→", id="forward"
        ),
        Binding("x", "stop", "Stop", id="stop"),
        Binding("c", "code", "Code", id="code"),
        Binding("w", "edit_copy", "Edit a copy", id="edit-copy"),
        Binding("b", "blind", "Blind round", id="bench.blind"),
        Binding("escape,backspace", "step_back", "Back", key_display="esc", id="home"),
    ]

    def __init__(self, runs: Runs, saving: Saving, lesson: Lesson, page: int) -> None:
        """The bench of this page of a lesson, counted from 0."""
        super().__init__(runs)
        self._record = LessonRecord(saving, lesson, page)
        activity = run_of(lesson.pages[page].activity)
        assert activity is not None
        self._experiment = catalog.experiment(activity.experiment)
        self._presets = activity.every
        self._at = self._ran = 0
        """The preset under the cursor, and that of the run."""
        self._seen: dict[int, str] = {}
        """What there is to say of presets whose run has ended."""
        self._look_ahead = LookAhead(self)

    def compose_page(self) -> ComposeResult:
        yield Static(id="bench-head")
        with Horizontal(id="bench-sides"):
            with Vertical(id="bench-left"):
                rows = [Option(preset.label) for preset in self._presets]
                yield OptionList(*rows, id="bench-list", compact=True)
                yield Static(GUESS, id="bench-note")
            yield Stage()
        yield KeyBar()

    async def on_mount(self) -> None:
        """The first preset, before its run."""
        options = self.query_one(OptionList)
        options.can_focus = False
        await self.query_one(Stage).set_experiment(self._experiment)
        options.highlighted = 0
        title = f"{self._experiment.title}: the bench"
        told = f"   {len(self._presets)} ways, one change each"
        head = (title, "bold $accent"), (told, "$text-muted")
        self.query_one("#bench-head", Static).update(Content.assemble(*head))
        self._choose(0)

    # The list

    @property
    def preset(self) -> Preset:
        """What the cursor is on."""
        return self._presets[self._at]

    def action_move(self, by: int) -> None:
        """Another one of the list."""
        self._choose((self._at + by) % len(self._presets))

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_index != self._at:
            self._choose(event.option_index)

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self.action_run()

    def _choose(self, index: int) -> None:
        """Put the cursor there: its change is shown, and the run before has gone."""
        self.cut_short()
        self._at, self.run = index, None
        self.query_one(OptionList).highlighted = index
        stage = self.query_one(Stage)
        stage.set_values(self._experiment.settings(self.preset))
        stage.opening = None
        self.paint_now()
        self._paint_note()
        self._look_ahead.begin(self.runs, self._experiment, stage)

    @on(RunEventReceived)
    def _opening_came(self, message: RunEventReceived) -> None:
        self._look_ahead.hear(message.event, self.query_one(Stage))

    def _paint_note(self) -> None:
        self.query_one("#bench-note", Static).update(self._seen.get(self._at, GUESS))

    # The run

    def start_run(self, *, paused: bool = False) -> None:
        """Run what the cursor is on, with the knobs as they stand."""
        self.cut_short()
        self._look_ahead.end()
        stage = self.query_one(Stage)
        knobs = stage.values
        self._record.set(knobs=knobs | {"seed": stage.seed}, choice=None, run=None)
        self.run = self.run_experiment(self._experiment, knobs, seed=stage.seed, paused=paused)
        self._ran = self._at
        self.paint_now()

    def run_ended(self, run: LiveRun) -> None:
        """Say what is true of it, and keep it."""
        if run.state not in (RunState.FINISHED, RunState.STOPPED):
            return
        preset = self._presets[self._ran]
        shown = evidence_of(run)
        self._seen[self._ran] = noted(self._experiment, preset, shown)
        self._paint_note()
        torch, device = self.runs.engine.torch_version, self.runs.accelerator
        self._record.keep(run, torch=torch, device=device)

    def paint(self, *, now: bool = False) -> None:
        """The run, on the stage."""
        self.query_one(Stage).show(self.looked_at, now=now)

    # Around

    def action_code(self) -> None:
        """Show the exact source of the experiment."""
        if asked := self.query_one(Stage).asked:
            self.app.push_screen(CodeScreen(*asked))

    def action_edit_copy(self) -> None:
        """Copy the experiment into the editor, with the knobs as they are."""
        if asked := self.query_one(Stage).asked:
            self.app.open_copy(*asked)  # type: ignore[attr-defined]

    def action_blind(self) -> None:
        """A round in which nobody tells."""
        found = catalog.page(BLIND)
        if found is not None:
            self.cut_short()
            self.dismiss()
            self.app.call_later(self.app.jump, *found)  # type: ignore[attr-defined]

    def on_unmount(self) -> None:
        """Nothing of it outlives the screen."""
        self._look_ahead.end()

    def action_leave(self) -> None:
        """Back to where one came from; the run ends."""
        self.cut_short()
        self.dismiss()
