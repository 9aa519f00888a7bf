"""The museum of errors: each is run, read about and repaired on the spot."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, OptionList, Static, TextArea
from textual.widgets.option_list import Option

from engine.process.protocol import Explained, Finding, RunFinished, Script
from lessons.format import catalog
from tui.messages import RunSpoke
from tui.screens.page_screen import PageScreen
from tui.state.engine_runs import Runs
from tui.state.live_run import RunState
from tui.state.museum import TOPICS, Exhibit, elsewhere, exhibits
from tui.state.saving import Saving
from tui.state.scratch_run import Trial
from tui.widgets.code_pane import CodePane
from tui.widgets.editor import Editor
from tui.widgets.explained import ExplainedPanel
from tui.widgets.key_bar import KeyBar
from tui.widgets.output import Output
from tui.widgets.run_status import RunStatus

SEEN, REPAIRED = "seen", "repaired"
MARKS = {SEEN: ("•", "$text-muted"), REPAIRED: ("✓", "$success"), "": (" ", "")}
SETTING = "museum:"

SECONDS = 30.0
"""Wall-clock limit of one run."""


class MuseumScreen(PageScreen):
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

    def __init__(self, runs: Runs, saving: Saving) -> None:
        super().__init__()
        self._runs = runs
        self._saving = saving
        self._marks: dict[str, str] = {}
        self._listed: list[Exhibit] = []
        self._open: Exhibit | None = None
        self.trial: Trial | None = None
        self._ran = ""

    def compose_page(self) -> ComposeResult:
        yield Static(id="museum-head")
        with Horizontal(id="museum-sides"):
            with Vertical(id="museum-list-side"):
                yield Input(placeholder="type to filter", id="museum-filter", compact=True)
                yield OptionList(id="museum-list", compact=True)
            with Vertical(id="exhibit"):
                yield Static(id="exhibit-title")
                yield CodePane(id="exhibit-code")
                yield Output("", id="exhibit-output")
                with VerticalScroll(id="exhibit-told"):
                    yield ExplainedPanel()
        yield Static(id="exhibit-verdict")
        yield RunStatus("enter runs it; then mend the code and press ctrl+r.")
        yield KeyBar()

    def on_mount(self) -> None:
        """The list at once, its marks when the store has answered."""
        self.query_one(OptionList).can_focus = False
        self._list()
        self.query_one(Input).focus()
        self._bring_marks()

    @work
    async def _bring_marks(self) -> None:
        settings = await self._saving.read(lambda store: store.settings.all())
        self._marks = {
            name.removeprefix(SETTING): str(value)
            for name, value in (settings or {}).items()
            if name.startswith(SETTING)
        }
        self._list()

    # The list

    @on(Input.Changed, "#museum-filter")
    def _filter(self) -> None:
        self._list()

    def _list(self) -> None:
        """Fill the list with what fits the words; the cursor stays where it was if it can."""
        words = self.query_one("#museum-filter", Input).value
        self._listed = [each for each in exhibits() if each.holds(words)]
        options = self.query_one(OptionList)
        kept = self._open
        options.clear_options()
        topic = ""
        for each in self._listed:
            if each.topic != topic:
                topic = each.topic
                head = Content.styled(TOPICS[topic], "bold $accent")
                lead = "\n" if options.option_count else ""
                options.add_option(Option(Content.assemble(lead, head), disabled=True))
            options.add_option(Option(self._row(each), each.id))
        found = kept if kept in self._listed else next(iter(self._listed), None)
        if found is not None:
            options.highlighted = options.get_option_index(found.id)
            # Not when the list says so: the next key may come before that.
            self._show(found)
        self._paint_head()

    def _row(self, each: Exhibit) -> Content:
        mark = MARKS.get(self._marks.get(each.id, ""), MARKS[""])
        return Content.assemble(" ", mark, f" {each.title}")

    def _paint_head(self) -> None:
        repaired = sum(self._marks.get(each.id) == REPAIRED for each in exhibits())
        count = f"{len(self._listed)} of {len(exhibits())} errors, {repaired} repaired"
        head = ("Museum", "bold $accent"), (f"   {count}", "$text-muted")
        self.query_one("#museum-head", Static).update(Content.assemble(*head))

    @on(OptionList.OptionHighlighted)
    def _look(self, event: OptionList.OptionHighlighted) -> None:
        self._show_id(event.option_id)

    def _show_id(self, name: str | None) -> None:
        found = next((each for each in exhibits() if each.id == name), None)
        if found is not None:
            self._show(found)

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self.action_open()

    def action_move(self, by: int) -> None:
        """The next exhibit of the list, or the one before."""
        options = self.query_one(OptionList)
        options.action_cursor_down() if by > 0 else options.action_cursor_up()
        if options.highlighted is not None:
            self._show_id(options.get_option_at_index(options.highlighted).id)

    def _show(self, exhibit: Exhibit) -> None:
        if exhibit is self._open:
            return
        self.cut_short()
        self.trial = None
        self._open = exhibit
        self._editor.open(exhibit.code)
        note = "  staged: what another machine would say" if exhibit.staged else ""
        title = (exhibit.title, "bold"), (f"   {TOPICS[exhibit.topic]}{note}", "$text-muted")
        self.query_one("#exhibit-title", Static).update(Content.assemble(*title))
        self.query_one("#exhibit-verdict", Static).update("")
        self._paint()

    # One exhibit

    @property
    def _editor(self) -> Editor:
        return self.query_one(CodePane).editor

    @property
    def _is_live(self) -> bool:
        return self.trial is not None and self.trial.state.is_live

    @work
    async def action_open(self) -> None:
        """Go to the code and see it fail; what was made of it before comes back."""
        exhibit = self._open
        if exhibit is None or not self._listed:
            return
        self.add_class("-open")
        self._editor.focus()
        name = f"{SETTING}{exhibit.id}"
        draft = await self._saving.read(lambda store: store.drafts.latest(name))
        if exhibit is not self._open or self._editor.text != exhibit.code:
            return
        if draft is not None and draft.text != exhibit.code:
            self._editor.write(draft.text)
        self.action_run()

    def action_toggle_run(self) -> None:
        """Run; while something runs, stop."""
        if self._is_live:
            self.cut_short()
        else:
            self.action_run()

    def action_run(self) -> None:
        """Run what stands in the editor, as it is."""
        if self._open is None:
            return
        self.cut_short()
        self._ran = self._editor.text
        self._editor.mark(None)
        self.query_one("#exhibit-verdict", Static).update("")
        job = Script(code=self._ran, seconds=SECONDS, needs=self._open.needs)
        self.trial = Trial(self._runs.start(self, job))
        self._paint()

    def action_repair(self) -> None:
        """Put a repair in place of the code; undo brings the code back."""
        if self._open is not None:
            self._editor.write(self._open.repaired)

    def action_break(self) -> None:
        """Put the code back as it hangs in the museum."""
        if self._open is not None:
            self._editor.write(self._open.code)

    @on(TextArea.Changed)
    def _keep(self, event: TextArea.Changed) -> None:
        if self._open is not None and self.has_class("-open"):
            self._saving.draft(f"{SETTING}{self._open.id}", event.text_area.text)

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
        if run.state is not was and not run.state.is_live:
            self._judge(run, finished=isinstance(message.event, RunFinished))
        self._paint()

    def _judge(self, run: Trial, *, finished: bool) -> None:
        """Say how it stands, and keep the mark."""
        exhibit = self._open
        assert exhibit is not None
        still = self._told(run)
        if run.place is not None and self._editor.text == self._ran:
            self.call_after_refresh(self._mark, run)
        if run.state is RunState.UNAVAILABLE:
            says, ink = "Nothing was run: this error cannot be raised here.", "$warning"
        elif still is not None and still.rule == exhibit.id:
            self._set_mark(exhibit, SEEN)
            says, ink = "This is the error, raised just now on this machine.", "$text-muted"
            if exhibit.staged:
                says = "This is the error as another machine would raise it."
            if exhibit.is_silent:
                says = "Nothing was raised, and this was found in the run."
        elif not finished:
            says, ink = "Another one now.", "$warning"
            if run.state is RunState.STOPPED:
                says = "Stopped."
        elif still is not None:
            says, ink = "Something else is found in it now.", "$warning"
        elif exhibit.is_repair(self._ran):
            self._set_mark(exhibit, REPAIRED)
            says, ink = "✓ It no longer fails.", "bold $success"
        else:
            says, ink = "It no longer fails, but little of it is left.", "$warning"
        self.query_one("#exhibit-verdict", Static).update(Content.styled(says, ink))

    def _told(self, run: Trial) -> Explained | Finding | None:
        """What there is to explain: the exhibit's own fault first."""
        if self._open is not None and run.state is RunState.UNAVAILABLE:
            return elsewhere(self._open, run.failure)
        own = self._open.id if self._open else ""
        if run.explained is not None:
            return run.explained
        return run.findings.get(own) or next(iter(run.findings.values()), None)

    def _set_mark(self, exhibit: Exhibit, mark: str) -> None:
        if self._marks.get(exhibit.id) in (REPAIRED, mark):
            return
        self._marks[exhibit.id] = mark
        name = f"{SETTING}{exhibit.id}"
        self._saving.write(lambda store: store.settings.set(name, mark), name)
        options = self.query_one(OptionList)
        if exhibit in self._listed:
            options.replace_option_prompt(exhibit.id, self._row(exhibit))
        self._paint_head()

    def _mark(self, run: Trial) -> None:
        place = run.place
        if place is not None and run is self.trial:
            self._editor.mark_frame(place)

    def _paint(self) -> None:
        if not self.is_current:
            return
        run = self.trial
        self.query_one(RunStatus).show(run, now=True)
        told = self._told(run) if run else None
        if told is None and run is not None and run.error is not None:
            told = Explained(0, rule="", title=run.error.error, says=run.error.message[:400])
        self.query_one(ExplainedPanel).show(told)
        output = self.query_one(Output)
        output.display = bool(run and (run.output or run.partial))
        output.show(run)
        self.refresh_bindings()

    @on(events.ScreenResume)
    def _uncovered(self) -> None:
        self._paint()

    # Around

    def action_read_about(self) -> None:
        """Open the lesson page that teaches this."""
        told = self._told(self.trial) if self.trial else None
        found = catalog.page(told.page) if told else None
        if found is not None:
            self.app.open_lesson(*found)  # type: ignore[attr-defined]

    def action_leave(self) -> None:
        """Back to the list, then home."""
        if self.has_class("-open"):
            self.cut_short()
            self.remove_class("-open")
            self.query_one("#museum-filter", Input).focus()
            self.refresh_bindings()
        else:
            self.cut_short()
            self.dismiss()

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool | None:
        """The key bar shows what does something now."""
        is_open = self.has_class("-open")
        if action == "open":
            return not is_open
        if action in ("toggle_run", "repair", "break"):
            return is_open
        if action == "read_about":
            return self.trial is not None and self._told(self.trial) is not None
        return True
