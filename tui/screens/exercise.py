"""An exercise: the task, the learner's code, and what its checks say."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import TextArea

from engine.process.protocol import AnyJob
from lessons.format.exercises import Exercise
from tui.screens.ask import ConfirmScreen
from tui.screens.exercise_keys import KEYS
from tui.screens.page_screen import WIDE
from tui.screens.sides_screen import SidesScreen
from tui.state.check_job import check_job
from tui.state.code_run import CodeRun
from tui.state.engine_runs import Runs
from tui.state.exercise_work import ExerciseWork
from tui.state.live_run import RunState
from tui.state.own_file import OwnFile
from tui.state.saving import Saving
from tui.widgets import editing
from tui.widgets.head import Head
from tui.widgets.key_bar import KeyBar
from tui.widgets.outcome import Outcome
from tui.widgets.own_editor import OwnEditor
from tui.widgets.task import Task
from tui.widgets.task_column import TaskColumn
from tui.widgets.verdicts import VerdictList


class ExerciseScreen(SidesScreen):
    """Write, check, read why, write on. Everything is kept as it is typed."""

    CSS_PATH = "exercise.tcss"
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = KEYS
    SIDES: ClassVar[dict[str, str]] = {"task": "#task", "code": "Editor", "checks": "#said"}

    def __init__(self, exercise: Exercise, runs: Runs, saving: Saving) -> None:
        super().__init__(runs, "code")
        self.exercise = exercise
        self._work = ExerciseWork(saving, exercise)
        file = OwnFile(exercise.lesson, exercise.id)
        self._own_editor = OwnEditor(self, file, self.say, self._take)
        self._kept = exercise.stub
        """The text as it is known to the store."""
        self._is_open = False

    def compose_page(self) -> ComposeResult:
        yield Head(list(self.SIDES))
        with Horizontal(id="sides"):
            with TaskColumn(id="left"):
                yield Task(self._work)
                with VerticalScroll(id="said"):
                    yield VerdictList(list(self.exercise.head.checks.values()))
            with Vertical(id="right"):
                yield self.pane
                yield Outcome()
        yield KeyBar()

    def on_mount(self) -> None:
        """Paint the frame first; the text follows."""
        self.add_class("-task")
        self.paint()
        # A worker: the store is opened after the first paint, and this screen's turn comes first.
        self.call_after_refresh(self.run_worker, self._open, group="open")

    async def _open(self) -> None:
        text = self._kept = await self._work.open()
        if not self.is_gone():
            self.editor.open(text)
            self.editor.move_cursor(editing.first_todo(text))
            await self.query_one(Task).show()
        if not self.is_gone():
            self._opened()

    def _opened(self) -> None:
        self._is_open = True
        if self.app.size.width >= WIDE:
            self.editor.focus()
        self.paint_now()
        # The file may have been saved while nobody watched it.
        newer = self._own_editor.take_up(self._work.draft_at)
        if newer is not None and editing.kept(newer) != self.editor.text:
            self._take(newer)
        self.text_came()

    # The text

    @on(TextArea.Changed)
    def _typed(self) -> None:
        if self._is_open and self.editor.text != self._kept:
            self._kept = self.editor.text
            self._work.typed(self._kept)

    def cut_short(self) -> None:
        """End the run; nothing that was typed stays behind."""
        super().cut_short()
        self._typed()

    def action_write(self) -> None:
        """To the code."""
        self.turn_to("code")
        self.editor.focus()

    def action_find(self) -> None:
        """Look for words in the code."""
        self.turn_to("code")
        self.editor.action_find()

    def action_save(self) -> None:
        """It is saved as it is typed; this says so."""
        self._typed()
        self.say("Every key is saved as you type it.")

    @work
    async def action_begin_anew(self) -> None:
        """The stub again, or back to what was there before it, after asking."""
        question = self._work.question_before_anew(self.editor.text)
        if not question:
            self.say("This is the code as it was in the beginning.")
        elif await self.app.push_screen_wait(ConfirmScreen(question)):
            self.editor.write(self._work.begin_anew(self.editor.text))

    # Checking

    def action_check(self) -> None:
        """Check the code; while that is under way, stop it."""
        if self.is_live:
            self.action_stop()
        elif self._is_open:
            self.start_run()

    def job(self, code: str) -> AnyJob:
        """A check."""
        return check_job(self.exercise, code)

    def start_run(self, *, paused: bool = False) -> None:
        """Check the code as it is."""
        run = self.run_text(paused=paused)
        self.query_one(Outcome).begin(run)
        self.turn_to("checks")
        self.paint_now()

    def action_scope(self) -> None:
        """The code under the microscope, as the checks call it; that counts as no attempt."""
        if self._is_open:
            self.cut_short()
            job = check_job(self.exercise, self.editor.text, seconds=0)
            self.app.open_scope(job, self.exercise.title)  # type: ignore[attr-defined]

    def run_ended(self, run: CodeRun) -> None:
        """Count the attempt, and mark where it went wrong."""
        if run.state is not RunState.STOPPED and (run.results or run.error):
            self._work.judged(passed=run.passed)
        self.mark(run.place)

    # Help

    async def action_hint(self) -> None:
        """One more hint."""
        self.turn_to("task")
        if not await self.query_one(Task).take_hint():
            self.say("That was the last hint. Outside the text, `s` twice shows a solution.")

    async def action_solution(self) -> None:
        """A solution, after passing or when asked for twice."""
        if self._work.ask_for_solution():
            self.turn_to("task")
            await self.query_one(Task).show(solution=True)
        else:
            self.say("The solution comes when you have passed. `s` again shows it now.")

    def action_read_on(self) -> None:
        """The page that teaches what went wrong."""
        if self.run is not None and self.run.explained is not None:
            self.open_lesson_page(self.run.explained.page)

    def _take(self, text: str) -> None:
        """The file was saved: its text is the text, and it is checked."""
        if editing.kept(text) != self.editor.text:
            self.editor.write(text)
        self.start_run()

    @work
    async def action_own_editor(self) -> None:
        """Write in another editor; whenever the file is saved, it is checked."""
        self._typed()
        await self._own_editor.open(self.editor.text)

    # Around

    def action_other(self, by: int) -> None:
        """The next or the previous exercise, of all lessons."""
        other = self._work.neighbour(by)
        if other is None:
            self.say("There is none before this one." if by < 0 else "This is the last one.")
            return
        self._go()
        self.app.open_exercise(other, instead=True)  # type: ignore[attr-defined]

    def action_leave(self) -> None:
        """Out of the text; then out of the exercise."""
        if self.editor.has_focus:
            self.query_one("#said").focus()
        else:
            self._go()
            self.dismiss()

    def _go(self) -> None:
        self.cut_short()
        self._work.close()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The key bar shows what does something now."""
        match action:
            case "read_on":
                return bool(self.run and self.run.explained and self.run.explained.page)
            case "write":
                return not self.editor.has_focus
        return super().check_action(action, parameters)

    def say(self, sentence: str) -> None:
        self.query_one(VerdictList).say(sentence)

    def paint(self, *, now: bool = False) -> None:  # noqa: ARG002 - each part knows its pace
        """The verdicts; what was printed and drawn follows."""
        self.query_one(VerdictList).show(self.run, self.exercise.afterwards)
        self.query_one(Outcome).show(self.run)
        passed = "passed   " if self._work.is_passed else ""
        facts = Content.assemble((passed, "$success"), (self._work.tries, "$text-muted"))
        self.query_one(Head).show(self.exercise.title, self._work.place, facts)
