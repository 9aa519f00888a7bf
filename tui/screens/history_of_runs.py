"""Earlier runs: lay them over one another, see what differed, run again, delete, export."""

from __future__ import annotations

import time
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from lessons.learner import export
from lessons.store import Run
from tui.screens.ask import ConfirmScreen, NameScreen
from tui.screens.leaving import LeavingScreen
from tui.state.run_comparison import LETTERS, SIGNS, KeptRun, turned, when
from tui.state.saving import Saving
from tui.widgets.key_bar import KeyBar
from tui.widgets.run_comparison import RunComparison

Part = tuple[str, str]


ROW_WIDTH = 45
"""Columns of a run in the list."""
GAP, INDENT = 2, 5
"""Columns between parts of a row, and before its second line."""


class RunsScreen(LeavingScreen[Run | None]):
    """A list of kept runs beside their picture; closes with the run that is to run again.

    The run under the cursor is shown; runs marked with space are laid over one another instead.
    """

    CSS_PATH = "history_of_runs.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - declared by Textual
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "Overlay"),
        Binding("r", "again", "Run again"),
        Binding("full_stop,comma", "other_plot", "Other picture", key_display="."),
        Binding("e", "export", "Export"),
        Binding("d,delete", "delete", "Delete", key_display="d"),
        Binding("escape,backspace,l", "leave", "Back", key_display="esc"),
        Binding("j", "cursor(1)", "Down", show=False),
        Binding("k", "cursor(-1)", "Up", show=False),
    ]

    def __init__(self, saving: Saving, experiment: str = "") -> None:
        """Show the runs of an experiment ("training.fit"), or all."""
        super().__init__()
        self._saving = saving
        self._experiment = experiment or None
        self._runs: list[Run] = []
        self._marked: list[str] = []
        self._read: dict[str, KeptRun] = {}

    def compose(self) -> ComposeResult:
        yield Static(id="runs-head")
        with Horizontal(id="sides"):
            yield OptionList(id="kept", compact=True)
            yield RunComparison()
        yield KeyBar()

    async def on_mount(self) -> None:
        """Read the list; the newest run is under the cursor."""
        self.query_one(OptionList).focus()
        await self._reload()

    async def _reload(self) -> None:
        experiment = self._experiment
        found = await self._saving.read(lambda store: store.runs.all(experiment))
        self._runs = found or []
        uids = {run.uid for run in self._runs}
        self._marked = [uid for uid in self._marked if uid in uids]
        rows = self.query_one(OptionList)
        at = rows.highlighted or 0
        rows.clear_options()
        rows.add_options([Option(self._row(run), run.uid) for run in self._runs])
        rows.highlighted = min(at, len(self._runs) - 1) if self._runs else None
        self.refresh_bindings()
        self._show()

    @property
    def _current(self) -> Run | None:
        at = self.query_one(OptionList).highlighted
        return self._runs[at] if at is not None and at < len(self._runs) else None

    @property
    def _chosen(self) -> list[Run]:
        """The runs that are shown: the marked ones, else the one under the cursor."""
        by_uid = {run.uid: run for run in self._runs}
        if self._marked:
            return [by_uid[uid] for uid in self._marked]
        return [self._current] if self._current else []

    def _row(self, run: Run) -> Content:
        letter = LETTERS[self._marked.index(run.uid)] if run.uid in self._marked else " "
        final = next(((name, v) for name, v in run.final.items() if v is not None), None)
        head = Content.assemble((f" {letter} ", "bold $primary"), f"{SIGNS[run.state]} {when(run)}")
        if self._experiment is None:
            head += Content.styled(f"  {run.experiment}", "$accent")
        value = Content.styled(f"{final[0]} {final[1]:.4g}" if final else "", "$text-muted")
        knobs = Content.styled(turned(run), "$text-muted")
        # The value beside the name where it has room, else below it; no row is broken.
        above = bool(value) and head.cell_length + GAP + value.cell_length <= ROW_WIDTH
        first = [head, value] if above else [head]
        second = [part for part in ([knobs] if above else [value, knobs]) if part]
        rows = Content(" " * GAP).join(first), Content(" " * (GAP + 1)).join(second)
        below = rows[1].pad_left(INDENT).truncate(ROW_WIDTH, ellipsis=True)
        return Content("\n").join([rows[0], below])

    @on(OptionList.OptionHighlighted)
    def _moved(self) -> None:
        if not self._marked:
            self._show()

    @work(exclusive=True)
    async def _show(self) -> None:
        """Read what is not read yet, then draw."""
        chosen = self._chosen
        missing = [run for run in chosen if run.uid not in self._read]
        if missing:
            found = await self._saving.read(
                lambda store: [KeptRun.read(store, run) for run in missing]
            )
            self._read |= {one.run.uid: one for one in found or []}
        shown = [self._read[run.uid] for run in chosen if run.uid in self._read]
        name = self._experiment or "all experiments"
        head: list[Part] = [("Earlier runs", "bold $accent"), (f"   {name}", "$text-muted")]
        self.query_one("#runs-head", Static).update(Content.assemble(*head))
        self.set_class(not shown, "-nothing")
        self.query_one(RunComparison).show(shown)

    def action_mark(self) -> None:
        """Lay the run under the cursor over those marked, or take it away again."""
        run = self._current
        if run is None:
            return
        if run.uid in self._marked:
            self._marked.remove(run.uid)
        elif len(self._marked) == len(LETTERS):
            self.notify(f"At most {len(LETTERS)} runs fit into one picture.")
            return
        elif self._marked and run.experiment != self._chosen[0].experiment:
            self.notify("Only runs of one experiment share a picture.")
            return
        else:
            self._marked.append(run.uid)
        rows = self.query_one(OptionList)
        for index, one in enumerate(self._runs):
            rows.replace_option_prompt_at_index(index, self._row(one))
        self._show()

    def action_other_plot(self) -> None:
        """The experiment's next picture."""
        self.query_one(RunComparison).turn()
        self._show()

    def action_cursor(self, by: int) -> None:
        """Move the cursor."""
        rows = self.query_one(OptionList)
        rows.action_cursor_down() if by > 0 else rows.action_cursor_up()

    @on(OptionList.OptionSelected)
    def action_again(self) -> None:
        """Close, and run this one again."""
        if self._current is not None:
            self.dismiss(self._current)

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool | None:
        """Keys that need a run are there when there is one."""
        needs_run = action in ("mark", "again", "other_plot", "export", "delete")
        return bool(self._runs) or not needs_run

    def action_leave(self) -> None:
        """Back to where this came from."""
        self.dismiss(None)

    @work
    async def action_delete(self) -> None:
        """Ask, then delete what is marked or under the cursor."""
        chosen = self._chosen
        if not chosen:
            return
        what = "this run" if len(chosen) == 1 else f"these {len(chosen)} runs"
        if await self.app.push_screen_wait(ConfirmScreen(f"Delete {what} for good?")):
            self._saving.write(lambda store: store.runs.delete(*(run.uid for run in chosen)))
            self._marked.clear()
            await self._reload()

    @work
    async def action_export(self) -> None:
        """Write what is shown to a file: CSV or JSON, as its name says."""
        chosen = self._chosen
        if not chosen:
            return
        day = time.strftime("%Y-%m-%d", time.localtime(chosen[0].started))
        suggestion = f"{chosen[0].experiment}-{day}.csv"
        question = "Write to which file? A name that ends in .json gets JSON, any other CSV."
        name = await self.app.push_screen_wait(NameScreen(question, suggestion))
        if name:
            kept = [(one.run, one.curves) for one in (self._read[run.uid] for run in chosen)]
            self.notify(export.write(Path(name).expanduser(), kept))
