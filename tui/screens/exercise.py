"""An exercise: the task, the learner's code, and what its checks say."""

from __future__ import annotations

import time
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import TextArea

from engine.process.client import State
from lessons.format import catalog
from lessons.format.exercises import Exercise
from tui.messages import EngineChanged, RunSpoke
from tui.screens.ask import ConfirmScreen
from tui.screens.page_screen import WIDE, PageScreen
from tui.state.check_job import check_job
from tui.state.engine_runs import Runs
from tui.state.exercise_work import Desk
from tui.state.live_run import RunState
from tui.state.own_file import OwnFile
from tui.state.saving import Saving
from tui.state.scratch_run import Trial
from tui.widgets import editing
from tui.widgets.code_pane import CodePane
from tui.widgets.head import Head
from tui.widgets.key_bar import KeyBar
from tui.widgets.outcome import Outcome
from tui.widgets.own_editor import OwnEditor
from tui.widgets.task import Task
from tui.widgets.verdicts import VerdictList

TABS = ("task", "code", "checks")
"""What a narrow screen shows one of."""


OUTCOME_SECONDS = 0.4
"""How often pictures and prints are painted during a check; most are over before."""


def first_todo(text: str) -> tuple[int, int]:
    """Where there is something to write: row and column, counted from 0."""
    for row, line in enumerate(text.splitlines()):
        if "TODO" in line:
            return row, len(editing.lead(line))
    return 0, 0


class ExerciseScreen(PageScreen):
    """Write, check, read why, write on. Everything is kept as it is typed."""

    CSS_PATH = "exercise.tcss"
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "check", "Check", key_display="^r", priority=True, id="check"),
        Binding("r", "check", "Check", show=False, id="check-here"),
        Binding("f4", "hint", "Hint", key_display="F4", id="hint"),
        Binding("h", "hint", "Hint", show=False, id="hint-here"),
        Binding("enter,i", "write", "Write", key_display="enter", id="write"),
        Binding("ctrl+t", "turn_tab", "Side", key_display="^t", priority=True, id="tab"),
        Binding("v", "turn_tab", "Other side", show=False, id="tab-here"),
        Binding("ctrl+g,g", "read_on", "Why", key_display="^g", id="read-on"),
        Binding("s", "solution", "Solution", id="solution"),
        Binding("f9", "own_editor", "Editor", key_display="F9", id="own-editor"),
        Binding("e", "own_editor", "Editor", show=False, id="own-editor-here"),
        Binding("d", "begin_anew", "Reset", id="begin-anew"),
        Binding("slash", "find", "Find", show=False, id="find"),
        Binding("ctrl+s", "save", "Save", show=False, id="save"),
        Binding("ctrl+n", "other(1)", "Next", show=False, priority=True, id="next"),
        Binding("n,right_square_bracket", "other(1)", "Next", show=False, id="next-here"),
        Binding("ctrl+o", "other(-1)", "Back", show=False, priority=True, id="back"),
        Binding("p,left_square_bracket", "other(-1)", "Before", show=False, id="back-here"),
        Binding("escape", "leave", "Leave", key_display="esc", id="leave"),
    ]

    def __init__(self, exercise: Exercise, runs: Runs, saving: Saving) -> None:
        super().__init__()
        self.exercise = exercise
        self.desk = Desk(saving, exercise)
        self._runs = runs
        self._saving = saving
        file = OwnFile(exercise.lesson, exercise.id)
        self._own_editor = OwnEditor(file, self._say, self._take)
        self._pane = CodePane(id="code")
        self.editor = self._pane.editor
        self._trial: Trial | None = None
        self._checked = ""
        """The text that was checked last."""
        self._kept = exercise.stub
        """The text as it is known to the desk."""
        self._is_open = False
        self._checks_first = False
        """A check was asked for before the text was there."""
        self._paint_is_due = False
        self._next_outcome = 0.0
        self._has_gone = False

    def compose_page(self) -> ComposeResult:
        yield Head()
        with Horizontal(id="sides"):
            with Vertical(id="left"):
                yield Task(self.exercise)
                with VerticalScroll(id="said"):
                    yield VerdictList(list(self.exercise.head.checks.values()))
            with Vertical(id="right"):
                yield self._pane
                yield Outcome()
        yield KeyBar()

    def on_mount(self) -> None:
        """Paint the frame first; the text follows."""
        self.add_class("-task")
        self._paint()
        # A worker: the store is opened after the first paint, and this screen's turn comes first.
        self.call_after_refresh(self.run_worker, self._open, group="open")

    async def _open(self) -> None:
        text = await self.desk.open()
        self._kept = text
        self.editor.open(text)
        self.editor.move_cursor(first_todo(text))
        await self.query_one(Task).show(self.desk.hints, to_end=False)
        self._is_open = True
        if self.app.size.width >= WIDE:
            self.editor.focus()
        self._paint()
        self._take_newer_file()
        if self._checks_first:
            self._check()

    @property
    def _is_live(self) -> bool:
        return self._trial is not None and self._trial.state.is_live

    # The text

    @on(TextArea.Changed)
    def _typed(self) -> None:
        if self._is_open and self.editor.text != self._kept:
            self._kept = self.editor.text
            self.desk.typed(self._kept)

    def cut_short(self) -> None:
        """End the run; nothing that was typed stays behind."""
        self._runs.stop(self._trial)
        self._typed()

    def action_write(self) -> None:
        """To the code."""
        self._turn_to("code")
        self.editor.focus()

    def action_find(self) -> None:
        """Look for words in the code."""
        self._turn_to("code")
        self.editor.action_find()

    def action_save(self) -> None:
        """It is saved as it is typed; this says so."""
        self._typed()
        self._say("Every key is saved as you type it.")

    @work
    async def action_begin_anew(self) -> None:
        """The stub again, or back to what was there before it, after asking."""
        text, stub = self.editor.text, self.exercise.stub
        if text != stub:
            question = (
                "Start over with the code as it was in the beginning? Undo brings yours back."
            )
        elif self.desk.before:
            question = "Bring back the code from before you started over?"
        else:
            self._say("This is the code as it was in the beginning.")
            return
        if await self.app.push_screen_wait(ConfirmScreen(question)):
            if text != stub:
                self.desk.begin_anew(text)
            self.editor.write(stub if text != stub else self.desk.before)

    # Checking

    def action_check(self) -> None:
        """Check the code; while that is under way, stop it."""
        if self._is_live:
            self._runs.stop(self._trial)
            self._paint()
        elif self._is_open:
            self._check()
        else:
            self._checks_first = True

    def _check(self) -> None:
        self._runs.stop(self._trial)
        self._typed()
        self._checked = self.editor.text
        self.editor.mark(None)
        self._trial = Trial(self._runs.start(self, check_job(self.exercise, self._checked)))
        self._next_outcome = time.monotonic() + OUTCOME_SECONDS
        self.set_timer(OUTCOME_SECONDS, self._paint)
        self._turn_to("checks")
        self._paint()

    @on(RunSpoke)
    def _run_spoke(self, message: RunSpoke) -> None:
        trial = self._trial
        if trial is None or message.event.run_id != trial.run_id:
            return
        was_live = trial.state.is_live
        trial.hear(message.event)
        if was_live and not trial.state.is_live:
            self._ended(trial)
        elif not self._paint_is_due:
            # Events of one frame come in one batch: paint once, after the last of them.
            self._paint_is_due = True
            self.call_later(self._paint)

    def _ended(self, trial: Trial) -> None:
        if trial.state is not RunState.STOPPED and (trial.results or trial.error):
            self.desk.judged(passed=trial.passed)
        place = trial.place
        if place is not None and self.editor.text == self._checked:
            self.editor.mark_frame(place)
        self._paint()

    @on(EngineChanged)
    def _engine_changed(self, message: EngineChanged) -> None:
        if message.state is State.FAILED:
            self._say("The engine cannot be started. Press ctrl+q, then run tocha again.")

    # Help

    async def action_hint(self) -> None:
        """One more hint."""
        self._turn_to("task")
        if not self.desk.take_hint():
            self._say("That was the last hint. Outside the text, `s` twice shows a solution.")
        await self.query_one(Task).show(self.desk.hints)

    async def action_solution(self) -> None:
        """A solution, after passing or when asked for twice."""
        if self.desk.ask_for_solution():
            self._turn_to("task")
            await self.query_one(Task).show(self.desk.hints, solution=True)
        else:
            self._say("The solution comes when you have passed. `s` again shows it now.")

    def action_read_on(self) -> None:
        """The page that teaches what went wrong."""
        explained = self._trial.explained if self._trial else None
        found = catalog.page(explained.page) if explained else None
        if found is not None:
            self.app.open_lesson(*found)  # type: ignore[attr-defined]

    # Another editor

    def _take_newer_file(self) -> None:
        """The file may have been saved while nobody watched it."""
        text = self._own_editor.saved_since(self.desk.draft_at)
        if self._own_editor.has_file:
            self._follow()
        if text is not None and editing.plain(text) != self.editor.text:
            self._take(text)

    @work(exclusive=True, group="file")
    async def _follow(self) -> None:
        await self._own_editor.follow()

    def _take(self, text: str) -> None:
        """The file was saved: its text is the text, and it is checked."""
        if editing.plain(text) != self.editor.text:
            self.editor.write(text)
        self._check()

    @work
    async def action_own_editor(self) -> None:
        """Write in another editor; whenever the file is saved, it is checked."""
        self._typed()
        if self._own_editor.write(self.editor.text):
            self._follow()
            await self._own_editor.open(self.app)

    # Around

    def action_other(self, by: int) -> None:
        """The next or the previous exercise, of all lessons."""
        names = [one.name for one in catalog.exercises()]
        index = names.index(self.exercise.name) + by
        if not 0 <= index < len(names):
            self._say("There is none before this one." if by < 0 else "This is the last one.")
            return
        self._go()
        self.app.open_exercise(catalog.exercise(names[index]), instead=True)  # type: ignore[attr-defined]

    def action_leave(self) -> None:
        """Out of the text; then out of the exercise."""
        if self.editor.has_focus:
            self.query_one("#said").focus()
        else:
            self._go()
            self.dismiss()

    def _go(self) -> None:
        self.cut_short()
        self._has_gone = True
        self.desk.close()

    def action_turn_tab(self) -> None:
        """On a narrow screen: the task, the code, the checks."""
        self._turn_to(TABS[(TABS.index(self._tab) + 1) % len(TABS)])

    @property
    def _tab(self) -> str:
        return next((tab for tab in TABS if self.has_class(f"-{tab}")), TABS[0])

    def _turn_to(self, tab: str) -> None:
        for each in TABS:
            self.set_class(each == tab, f"-{each}")
        if self.app.size.width < WIDE:
            where = {"task": "#task", "checks": "#said"}
            (self.query_one(where[tab]) if tab in where else self.editor).focus()
        self._paint_head()

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool | None:
        """The key bar shows what does something now."""
        match action:
            case "read_on":
                return bool(self._trial and self._trial.explained and self._trial.explained.page)
            case "write":
                return not self.editor.has_focus
            case "turn_tab":
                return self.app.size.width < WIDE or None
        return True

    # Painting

    def _say(self, sentence: str) -> None:
        self.query_one(VerdictList).say(sentence)

    def _paint(self) -> None:
        self._paint_is_due = False
        if self._is_over:
            return
        self.query_one(VerdictList).show(self._trial, self.exercise.afterwards)
        if not self._is_live:
            # The verdict is what one waits for: it is painted first.
            self.call_after_refresh(self._paint_outcome)
        elif time.monotonic() >= self._next_outcome:
            self._paint_outcome()
        self._paint_head()
        self.refresh_bindings()

    @property
    def _is_over(self) -> bool:
        """Whether this screen is being taken down: what was to be painted later finds nothing."""
        return self._has_gone or not self.is_attached

    def _paint_outcome(self) -> None:
        self._next_outcome = time.monotonic() + OUTCOME_SECONDS
        if not self._is_over:
            self.query_one(Outcome).show(self._trial)

    def _paint_head(self) -> None:
        head, state = self.query_one(Head), self.desk.state
        tries = f"{state.attempts} {'try' if state.attempts == 1 else 'tries'}  "
        facts = Content.assemble(
            ("passed   " if self.desk.is_passed else "", "$success"),
            (tries if state.attempts else "", "$text-muted"),
        )
        lesson = catalog.lesson(self.exercise.lesson)
        number = [one.id for one in lesson.exercises].index(self.exercise.id) + 1
        place = f"{lesson.title}  {number}/{len(lesson.exercises)}"
        head.show(self.exercise.title, place, facts)
        head.show_tabs(TABS, self._tab)
