"""The scratch page: any code of one's own, run as it is, and watched while it trains."""

from __future__ import annotations

import time
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import TextArea

from engine.process.protocol import AnyEvent, AnyJob, Explained, Finding, Frame, Script
from lessons.store import data_folder
from tui.screens.ask import ConfirmScreen, NameScreen
from tui.screens.code_run_screen import CodeRunScreen
from tui.screens.scratch_keys import KEYS
from tui.state.code_run import CodeRun
from tui.state.engine_runs import Runs
from tui.state.live_run import RunState
from tui.state.own_file import OwnFile
from tui.state.scratch_file import ScratchPage
from tui.state.source_file import UnreadableError
from tui.state.training_series import numbers
from tui.widgets import editing
from tui.widgets.explained import Explanations
from tui.widgets.head import Head
from tui.widgets.key_bar import KeyBar
from tui.widgets.numbers import Numbers
from tui.widgets.output import Output
from tui.widgets.own_editor import OwnEditor
from tui.widgets.picture_wall import PictureWall
from tui.widgets.run_status import RunStatus

NUMBERS_SECONDS = 0.25
"""Numbers that change faster cannot be read, and cost bytes on the line."""


class ScratchScreen(CodeRunScreen):
    """An editor beside a stage; nothing is added to the code, and no file is written unasked."""

    CSS_PATH = "scratch.tcss"
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = KEYS

    def __init__(self, page: ScratchPage, runs: Runs) -> None:
        super().__init__(runs, "scratch-code")
        self._page = page
        self._failed_at: Frame | None = None
        self._next_numbers = 0.0

    def compose_page(self) -> ComposeResult:
        yield Head(("code", "run"))
        with Horizontal(id="scratch-sides"):
            yield self.pane
            with Vertical(id="scratch-run"):
                yield Numbers("scratch-numbers", gap=2)
                yield PictureWall(id="scratch-pictures")
                yield Output("Nothing printed yet.", id="scratch-output")
        yield Explanations(id="scratch-told")
        yield RunStatus("ctrl+r runs the code as it is.")
        yield KeyBar()

    def on_mount(self) -> None:
        """Paint the frame first; the text follows."""
        self.paint()
        self._paint_head()
        self._open()

    @work
    async def _open(self) -> None:
        try:
            text, before, sentence = await self._page.open()
        except UnreadableError as error:
            self.app.notify(str(error), severity="warning", markup=False)
            self.app.forget_keys()  # type: ignore[attr-defined]
            self.dismiss()
            return
        editor = self.editor
        editor.open(before or text)
        if before:
            editor.write(text)
        editor.focus()
        if sentence:
            self.say(sentence)
        self._paint_head()
        self.text_came()

    # What is written

    @on(TextArea.Changed)
    def _keep(self, event: TextArea.Changed) -> None:
        self._page.changed(event.text_area.text)
        self._paint_head()

    def _paint_head(self) -> None:
        head = self.query_one(Head)
        head.show(self._page.title, self._page.where(self.editor.text, editing.kept))
        head.show_tab("run" if self.has_class("-run") else "code")

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
        sentence = page.write(self.editor.text, editing.kept)
        self.say(sentence or f"{page.path} is written.")
        self._paint_head()

    # Runs

    def job(self, code: str) -> AnyJob:
        """A script, where its file is."""
        return Script(code=code, file=self._page.job_file)

    def start_run(self, *, paused: bool = False) -> None:
        """Run what is written, unmodified."""
        self.run_text(paused=paused)
        self._failed_at = None
        self.query_one(PictureWall).clear()
        self.add_class("-run")
        self.paint_now()

    def event_received(self, event: AnyEvent) -> None:
        """What is said of errors and faults is shown as it comes."""
        if isinstance(event, Explained | Finding):
            self._explain()

    def run_ended(self, run: CodeRun) -> None:
        """Back to the code, to the line that failed; it is marked where it is still the same."""
        place = run.place_in(self._page.job_file, "scratch.py")
        is_failed = run.state is RunState.FAILED
        if is_failed and place is not None and self.editor.text == self.ran:
            self._turn_to_code()
            self._failed_at = place

    def action_scope(self) -> None:
        """The code as it is written now, under the microscope; a run that is under way ends."""
        self.cut_short()
        job = Script(code=self.editor.text, file=self._page.job_file)
        self.app.open_scope(job, self._page.title)  # type: ignore[attr-defined]

    # Painting

    def paint(self, *, now: bool = False) -> None:
        """How the run stands: numbers, plots, output, and what is said of it."""
        run = self.run
        self.query_one(RunStatus).show(run, now=now)
        has_pictures = run is not None and bool(run.series or run.views)
        self.query_one(Output).show(run, beside_pictures=has_pictures)
        self.set_class(not has_pictures, "-no-pictures")
        if has_pictures:
            self.query_one(PictureWall).show(run)
        if run is not None and (now or time.monotonic() >= self._next_numbers):
            self._next_numbers = time.monotonic() + NUMBERS_SECONDS
            shown = numbers(run, run.steps, digits=2)
            self.query_one(Numbers).show(shown)
        if now:
            self._explain()
            self._paint_head()

    @work(exclusive=True, group="told")
    async def _explain(self) -> None:
        """The error first, then what was found without one."""
        told = self.run.told if self.run else []
        if await self.query_one(Explanations).show(told):
            self.refresh_bindings()
        if self._failed_at is not None:
            # Not earlier: the line has to be seen above the panels.
            self.call_after_refresh(self._mark_failed)

    def _mark_failed(self) -> None:
        """Mark it once, also where the run before failed with the same words."""
        place, self._failed_at = self._failed_at, None
        self.mark(place)

    # Around

    def action_turn(self, by: int) -> None:
        """Another picture becomes the large one."""
        self.query_one(PictureWall).turn(by)
        self.paint_now()

    @on(Head.TabClicked)
    def action_other_side(self) -> None:
        """On a narrow screen, the code or what it does."""
        if self.has_class("-run"):
            self._turn_to_code()
        else:
            self.add_class("-run")
        self.paint_now()

    def action_write(self) -> None:
        """Back to the text."""
        self._turn_to_code()
        self.paint_now()

    def _turn_to_code(self) -> None:
        if self.has_class("-run") or self.focused is None:
            self.remove_class("-run")
            self.editor.focus()
            self._paint_head()

    @work
    async def action_own_editor(self) -> None:
        """Write in another editor; what is saved there comes back here and runs."""
        file = OwnFile("scratch", self._page.own_name, data_folder())
        await OwnEditor(self, file, self.say, self._take).open(self.editor.text)

    def _take(self, text: str) -> None:
        if text != self.editor.text:
            self.editor.write(text)
        self.start_run()

    def action_read_about(self) -> None:
        """Open the lesson page that teaches what went wrong."""
        if self.run is not None:
            self.open_lesson_page(*(each.page for each in self.run.told))

    def action_leave(self) -> None:
        """Out of the text first, then home; what is written stays."""
        if self.focused is not None:
            self.set_focus(None)
            return
        self.cut_short()
        self.dismiss()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The key bar shows what does something now."""
        if action == "other_side":
            return self.has_class("-narrow")
        if action in ("write", "turn"):
            return not isinstance(self.focused, TextArea)
        if action == "read_about":
            return self.run is not None and any(each.page for each in self.run.told)
        return super().check_action(action, parameters)
