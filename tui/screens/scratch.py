"""The scratch page: any code of one's own, run as it is, and watched while it trains."""

from __future__ import annotations

import time
from pathlib import Path
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static, TextArea

from engine.process.protocol import Explained, Finding, Frame, RunFailed, Script
from lessons.format import catalog
from lessons.store import data_folder
from tui.messages import RunSpoke
from tui.screens.ask import ConfirmScreen, NameScreen
from tui.screens.page_screen import PageScreen
from tui.state.engine_runs import Runs
from tui.state.live_run import RunState
from tui.state.own_file import OwnFile
from tui.state.scratch_file import ScratchPage
from tui.state.scratch_run import Trial
from tui.state.source_file import UnreadableError
from tui.state.watched_script import GRADIENT, LR, is_loss
from tui.widgets.code_pane import CodePane
from tui.widgets.editor import Editor
from tui.widgets.explained import ExplainedPanel
from tui.widgets.head import Head
from tui.widgets.key_bar import KeyBar
from tui.widgets.output import Output
from tui.widgets.own_editor import OwnEditor
from tui.widgets.picture_wall import PictureWall
from tui.widgets.run_status import RunStatus

NUMBERS_SECONDS = 0.25
"""Numbers that change faster cannot be read, and cost bytes on the line."""

MOST_MESSAGE = 400
"""Characters of an unknown error's message."""

LIVE_ACTIONS = {"pause", "stop"}


class ScratchScreen(PageScreen):
    """An editor beside a stage; nothing is added to the code, and no file is written unasked."""

    CSS_PATH = "scratch.tcss"
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "toggle_run", "Run or stop", priority=True, id="toggle-run"),
        Binding("ctrl+s", "save", "Write the file", priority=True, id="save"),
        Binding("ctrl+t", "other_side", "Code/run", priority=True, id="other-side"),
        Binding("r", "run", "Run", show=False, id="run"),
        Binding("space", "pause", "Pause", id="pause"),
        Binding("s", "step", "Step", show=False, id="step"),
        Binding("x", "stop", "Stop", show=False, id="stop"),
        Binding("full_stop", "turn(1)", "Other picture", key_display=".", id="next-picture"),
        Binding("comma", "turn(-1)", "Picture before", show=False, id="last-picture"),
        Binding("g,ctrl+g", "read_about", "Why", key_display="g", id="read-about"),
        Binding("i,enter", "write", "Edit", key_display="i", id="edit"),
        Binding("f9", "own_editor", "Own editor", key_display="F9", id="own-editor"),
        Binding("e", "own_editor", "Own editor", show=False, id="own-editor-here"),
        Binding("escape", "leave", "Leave", show=False, id="leave"),
    ]

    def __init__(self, page: ScratchPage, runs: Runs) -> None:
        super().__init__()
        self._page = page
        self._runs = runs
        self.trial: Trial | None = None
        self._ran = ""
        """The text as it was started: a failing line is only marked in that."""
        self._failed_at: Frame | None = None
        self._told: list[Explained | Finding] = []
        self._paint_is_due = False
        self._next_numbers = 0.0

    def compose_page(self) -> ComposeResult:
        yield Head()
        with Horizontal(id="scratch-sides"):
            yield CodePane(id="scratch-code")
            with Vertical(id="scratch-run"):
                yield Static(id="scratch-numbers")
                yield PictureWall(id="scratch-pictures")
                yield Output("Nothing printed yet.", id="scratch-output")
        yield VerticalScroll(id="scratch-told")
        yield RunStatus("ctrl+r runs the code as it is.")
        yield KeyBar()

    def on_mount(self) -> None:
        """Paint the frame first; the text follows."""
        self._paint_head()
        self._paint()
        self._open()

    @work
    async def _open(self) -> None:
        try:
            text, before, sentence = await self._page.open()
        except UnreadableError as error:
            self.app.notify(str(error), severity="warning", markup=False)
            self.dismiss()
            return
        editor = self._editor
        editor.open(before or text)
        if before:
            editor.write(text)
        editor.focus()
        if sentence:
            self.query_one(RunStatus).say(sentence)
        self._paint_head()

    @property
    def _editor(self) -> Editor:
        return self.query_one(CodePane).editor

    @property
    def _is_live(self) -> bool:
        return self.trial is not None and self.trial.state.is_live

    # What is written

    @on(TextArea.Changed)
    def _keep(self, event: TextArea.Changed) -> None:
        self._page.changed(event.text_area.text)
        self._paint_head()

    def _paint_head(self) -> None:
        written = self._page.is_written(self._editor.text)
        where = "as on disk" if written else "kept here; ctrl+s writes the file"
        head = self.query_one(Head)
        head.show(self._page.title, where)
        head.show_tabs(("code", "run"), "run" if self.has_class("-run") else "code")

    @work
    async def action_save(self) -> None:
        """Write the file; where there is none yet, ask for its name."""
        page = self._page
        if page.path is None:
            suggested = f"{page.name.replace('.', '_') or 'scratch'}.py"
            name = await self.app.push_screen_wait(NameScreen("Write to which file?", suggested))
            if name is None:
                return
            page.path = Path(name).expanduser().resolve()
        if page.was_changed_outside:
            question = f"{page.path.name} holds something else by now. Write over it?"
            if not await self.app.push_screen_wait(ConfirmScreen(question)):
                return
        sentence = page.write(self._editor.text)
        self._say(sentence or f"{page.path} is written.")
        self._paint_head()

    def _say(self, sentence: str) -> None:
        self.query_one(RunStatus).say(sentence)

    # Runs

    def action_toggle_run(self) -> None:
        """Run; while something runs, stop."""
        if self._is_live:
            self.action_stop()
        else:
            self.action_run()

    def action_run(self, *, paused: bool = False) -> None:
        """Run what is written, unmodified."""
        self.cut_short()
        self._ran = self._editor.text
        self._editor.mark(None)
        self._failed_at = None
        self._told.clear()
        self.query_one(PictureWall).clear()
        job = Script(code=self._ran, file=self._page.job_file)
        self.trial = Trial(self._runs.start(self, job, paused=paused))
        self.add_class("-run")
        self._paint_now()

    def action_step(self) -> None:
        """One step of the optimizer; starts the run if there is none."""
        if not self._is_live:
            self.action_run(paused=True)
        if self.trial is not None:
            self._runs.engine.step(self.trial.run_id)

    def action_pause(self) -> None:
        """Hold the run at its next step, or let it go on."""
        if self.trial is None or not self._is_live:
            return
        if self.trial.state is RunState.PAUSED:
            self._runs.engine.resume(self.trial.run_id)
        else:
            self._runs.engine.pause(self.trial.run_id)

    def action_stop(self) -> None:
        """End the run and keep what it has shown."""
        self.cut_short()
        self._paint_now()

    def cut_short(self) -> None:
        """End the run."""
        self._runs.stop(self.trial)

    @on(RunSpoke)
    def _run_spoke(self, message: RunSpoke) -> None:
        run = self.trial
        if run is None or message.event.run_id != run.run_id:
            return
        was = run.state
        run.hear(message.event)
        if isinstance(message.event, Explained | Finding):
            self._told.append(message.event)
            self._paint_told()
        if run.state is not was:
            if run.state is RunState.FAILED:
                self._show_failure(run)
            self._paint_now()
        elif not self._paint_is_due:
            # Events of one frame come in one batch: paint once, after the last of them.
            self._paint_is_due = True
            self.call_later(self._paint)

    def _show_failure(self, run: Trial) -> None:
        """Mark the line; say what little can be said of an error that nobody explains."""
        place = self._place(run.error)
        if place is not None and self._editor.text == self._ran:
            self._turn_to_code()
            self._failed_at = place
        if run.error is not None and run.explained is None:
            says = run.error.message[:MOST_MESSAGE] or "It came without a message."
            self._told.append(Explained(0, rule="", title=run.error.error, says=says))
        self._paint_told()

    def _mark(self) -> None:
        place = self._failed_at
        if place is None or self._editor.text != self._ran:
            return
        self._editor.mark_frame(place)

    def _place(self, error: RunFailed | None) -> Frame | None:
        """The innermost line of this page's own code."""
        names = {self._page.job_file, "scratch.py"}
        frames = [frame for frame in error.frames if frame.file in names] if error else []
        return frames[-1] if frames else None

    # Painting

    def _paint(self, *, now: bool = False) -> None:
        self._paint_is_due = False
        if not self.is_current:
            return
        run = self.trial
        self.query_one(RunStatus).show(run, now=now)
        self.query_one(Output).show(run)
        wall = self.query_one(PictureWall)
        has_pictures = run is not None and bool(run.series or run.views)
        self.set_class(not has_pictures, "-no-pictures")
        if has_pictures:
            wall.show(run)
        if now or time.monotonic() >= self._next_numbers:
            self._next_numbers = time.monotonic() + NUMBERS_SECONDS
            self.query_one("#scratch-numbers", Static).update(numbers(run))

    def _paint_now(self) -> None:
        self._paint(now=True)
        self._paint_told()
        self._paint_head()
        self.refresh_bindings()

    @work(exclusive=True, group="told")
    async def _paint_told(self) -> None:
        """One panel for each thing that was said, the error first."""
        box = self.query_one("#scratch-told", VerticalScroll)
        told = sorted(self._told, key=lambda each: isinstance(each, Finding))
        if [panel.shown for panel in box.query(ExplainedPanel)] == told:
            return
        async with box.batch():
            await box.remove_children()
            panels = [ExplainedPanel(id=None) for _ in told]
            await box.mount_all(panels)
            for panel, each in zip(panels, told, strict=True):
                panel.show(each)
        self.set_class(bool(told), "-told")
        self.refresh_bindings()
        # Not earlier: the line has to be seen above the panels.
        self.call_after_refresh(self._mark)

    @on(events.ScreenResume)
    def _uncovered(self) -> None:
        self._paint(now=True)

    # Around

    def action_turn(self, by: int) -> None:
        """Another picture becomes the large one."""
        self.query_one(PictureWall).turn(by)
        self._paint(now=True)

    def action_other_side(self) -> None:
        """On a narrow screen, the code or what it does."""
        if self.has_class("-run"):
            self._turn_to_code()
        else:
            self.add_class("-run")
        self._paint_now()

    def action_write(self) -> None:
        """Back to the text."""
        self._turn_to_code()
        self._paint_now()

    def _turn_to_code(self) -> None:
        if self.has_class("-run") or self.focused is None:
            self.remove_class("-run")
            self._editor.focus()
            self._paint_head()

    @work
    async def action_own_editor(self) -> None:
        """Write in another editor; what is saved there comes back here and runs."""
        own = OwnEditor(
            OwnFile("scratch", self._page.own_name, data_folder()), self._say, self._take
        )
        if own.write(self._editor.text):
            self._follow(own)
            await own.open(self.app)

    @work(exclusive=True, group="own-editor")
    async def _follow(self, own: OwnEditor) -> None:
        await own.follow()

    def _take(self, text: str) -> None:
        if text != self._editor.text:
            self._editor.write(text)
        self.action_run()

    def action_read_about(self) -> None:
        """Open the lesson page that teaches what went wrong."""
        found = next((where for each in self._told if (where := catalog.page(each.page))), None)
        if found is not None:
            self.app.open_lesson(*found)  # type: ignore[attr-defined]

    def action_leave(self) -> None:
        """Out of the text first, then home; what is written stays."""
        if self.focused is not None:
            self.set_focus(None)
            return
        self.cut_short()
        self.dismiss()

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool | None:
        """The key bar shows what does something now."""
        if action in LIVE_ACTIONS:
            return self._is_live
        if action == "other_side":
            return self.has_class("-narrow")
        if action in ("write", "turn"):
            return not isinstance(self.focused, TextArea)
        if action == "read_about":
            return any(each.page for each in self._told)
        return True


def numbers(run: Trial | None) -> Content:
    """The newest number of each kind, named as in a legend."""
    parts: list[tuple[str, str]] = []
    if run is None or not run.series:
        return Content("")
    names = [name for name in run.series if is_loss(name)]
    names += [name for name in run.series if name not in (*names, LR, GRADIENT)]
    shown = [(name, f"{run.series[name].last:.4g}") for name in names]
    shown += [
        (name, f"{run.series[name].last:.2g}") for name in (LR, GRADIENT) if name in run.series
    ]
    for name, text in [("step", f"{run.steps:,}".replace(",", " ")), *shown]:
        parts += [(f"{name} ", "$text-muted"), (f"{text}  ", "bold")]
    return Content.assemble(*parts)
