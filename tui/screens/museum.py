"""The museum of errors: each is run, read about and repaired on the spot."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, OptionList, Static, TextArea

from engine.process.protocol import AnyJob, Explained, Finding, Script
from tui.screens.code_run_screen import CodeRunScreen
from tui.state.code_run import CodeRun
from tui.state.engine_runs import Runs
from tui.state.museum import TOPICS, Exhibit, Marks, exhibits, explanation_of, judged
from tui.state.saving import Saving
from tui.widgets.exhibit_list import ExhibitList
from tui.widgets.explained import ExplainedPanel
from tui.widgets.key_bar import KeyBar
from tui.widgets.output import Output
from tui.widgets.run_status import RunStatus

SECONDS = 30.0
"""Wall-clock limit of one run."""


class MuseumScreen(CodeRunScreen):
    """A list to filter, and the exhibit under the cursor beside it."""

    CSS_PATH = "museum.tcss"
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Run it", priority=True, id="museum.open"),
        Binding("ctrl+r", "toggle_run", "Run or stop", priority=True, id="toggle-run"),
        Binding("f4", "repair", "A repair", priority=True, key_display="F4", id="museum.repair"),
        Binding("f7", "break", "As it was", priority=True, key_display="F7", id="museum.break"),
        Binding("ctrl+g", "read_about", "Why", priority=True, id="read-about"),
        Binding("ctrl+n", "move(1)", "Next", priority=True, show=False, id="next"),
        Binding("ctrl+o", "move(-1)", "Back", priority=True, show=False, id="back"),
        Binding("down", "move(1)", "Down", show=False),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("escape", "leave", "Back", id="leave"),
    ]

    def __init__(self, runs: Runs, saving: Saving, first: str = "") -> None:
        """``first`` is the error under the cursor when it opens, by its id."""
        super().__init__(runs, "exhibit-code")
        self._first = first
        self._saving = saving
        self._marks = Marks(saving)
        self._list = ExhibitList(self._show, self._marks.of)
        self._exhibit: Exhibit | None = None
        """What is beside the list."""

    def compose_page(self) -> ComposeResult:
        yield Static(id="museum-head")
        with Horizontal(id="museum-sides"):
            yield self._list
            with Vertical(id="exhibit"):
                yield Static(id="exhibit-title")
                yield self.pane
                yield Output("", id="exhibit-output")
                with VerticalScroll(id="exhibit-told"):
                    yield ExplainedPanel()
        yield Static(id="exhibit-verdict")
        yield RunStatus("enter runs it; then mend the code and press ctrl+r.")
        yield KeyBar()

    def on_mount(self) -> None:
        """The list at once, its marks when the store has answered."""
        self._fill()
        self._list.focus_filter()
        if self._first:
            self.go_to(self._first)
        self._bring_marks()
        self.text_came()

    @work
    async def _bring_marks(self) -> None:
        await self._marks.read()
        self._fill()

    # The list

    @on(Input.Changed, "#museum-filter")
    def _fill(self) -> None:
        self._list.fill()
        self._paint_head()

    def go_to(self, name: str) -> None:
        """Put the cursor on an error."""
        self._list.go_to(name)

    def _paint_head(self) -> None:
        listed, all_of_them = len(self._list.listed), len(exhibits())
        count = f"{listed} of {all_of_them} errors, {self._marks.repaired} repaired"
        head = ("Museum", "bold $accent"), (f"   {count}", "$text-muted")
        self.query_one("#museum-head", Static).update(Content.assemble(*head))

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self.action_open()

    def action_move(self, by: int) -> None:
        """The next error of the list, or the one before."""
        self._list.move(by)

    def _show(self, exhibit: Exhibit) -> None:
        if exhibit is self._exhibit:
            return
        self.cut_short()
        self.run = None
        self._exhibit = exhibit
        self.editor.open(exhibit.code)
        note = "  staged: what another machine would say" if exhibit.staged else ""
        title = (exhibit.title, "bold"), (f"   {TOPICS[exhibit.topic]}{note}", "$text-muted")
        self.query_one("#exhibit-title", Static).update(Content.assemble(*title))
        self._say_verdict("")
        self.paint_now()

    # One error

    def action_open(self) -> None:
        """Go to the code and see it fail; what was made of it before comes back."""
        if self._exhibit is None or not self._list.listed:
            return
        self.has_text = False
        self.add_class("-open")
        self.editor.focus()
        self._bring_draft(self._exhibit)

    @work
    async def _bring_draft(self, exhibit: Exhibit) -> None:
        try:
            await self._run_draft(exhibit)
        finally:
            self.text_came()

    async def _run_draft(self, exhibit: Exhibit) -> None:
        draft = await self._saving.read(lambda store: store.drafts.latest(exhibit.key))
        if exhibit is not self._exhibit or self.editor.text != exhibit.code:
            return
        if draft is not None and draft.text != exhibit.code:
            self.editor.write(draft.text)
        self.start_run()

    def job(self, code: str) -> AnyJob:
        """A script, with a limit."""
        needs = self._exhibit.needs if self._exhibit else ""
        return Script(code=code, seconds=SECONDS, needs=needs)

    def start_run(self, *, paused: bool = False) -> None:
        """Run what stands in the editor, as it is."""
        if self._exhibit is None:
            return
        self.run_text(paused=paused)
        self._say_verdict("")
        self.paint_now()

    def action_repair(self) -> None:
        """Put a repair in place of the code; undo brings the code back."""
        if self._exhibit is not None:
            self.editor.write(self._exhibit.repaired)

    def action_break(self) -> None:
        """Put the code back as it hangs in the museum."""
        if self._exhibit is not None:
            self.editor.write(self._exhibit.code)

    @on(TextArea.Changed)
    def _keep(self, event: TextArea.Changed) -> None:
        if self._exhibit is not None and self.has_class("-open"):
            self._saving.draft(self._exhibit.key, event.text_area.text)

    def run_ended(self, run: CodeRun) -> None:
        """Say how it stands, and keep the mark."""
        exhibit = self._exhibit
        assert exhibit is not None
        self.call_after_refresh(self._mark, run)
        found = judged(exhibit, run, self.ran)
        self._say_verdict(found.says, found.ink)
        if found.mark and self._marks.set(exhibit, found.mark):
            self._list.repaint(exhibit)
            self._paint_head()

    def _say_verdict(self, says: str, ink: str = "") -> None:
        self.query_one("#exhibit-verdict", Static).update(Content.styled(says, ink))

    def _mark(self, run: CodeRun) -> None:
        if run is self.run:
            self.mark(run.place)

    @property
    def _told(self) -> Explained | Finding | None:
        """What there is to explain."""
        return explanation_of(self.run, self._exhibit) if self._exhibit else None

    def paint(self, *, now: bool = False) -> None:
        """How the run stands, what it printed, and what its error means."""
        run = self.run
        self.query_one(RunStatus).show(run, now=now)
        told = self._told or (run.unexplained if run else None)
        self.query_one(ExplainedPanel).show(told)
        output = self.query_one(Output)
        output.display = bool(run and (run.output or run.partial))
        output.show(run)

    # Around

    def action_read_about(self) -> None:
        """Open the lesson page that teaches this."""
        if self._told is not None:
            self.open_lesson_page(self._told.page)

    def action_leave(self) -> None:
        """Back to the list, then home."""
        self.cut_short()
        if self.has_class("-open"):
            self.remove_class("-open")
            self._list.focus_filter()
            self.refresh_bindings()
        else:
            self.dismiss()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The key bar shows what does something now."""
        if action in ("toggle_run", "repair", "break"):
            return self.has_class("-open")
        if action == "open":
            return not self.has_class("-open")
        if action == "read_about":
            return self._told is not None
        return super().check_action(action, parameters)
