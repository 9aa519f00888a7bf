"""Earlier runs: lay them over one another, see what differed, run again, delete, export."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from lessons.format import catalog
from lessons.format.knobs import Value
from lessons.format.schema import PlotSpec
from lessons.learner import export
from lessons.store import Run, Store
from tui.screens.ask import ConfirmScreen, NameScreen
from tui.state.plot_options import options
from tui.state.run_comparison import (
    LETTERS,
    SIGNS,
    Shown,
    difference,
    names,
    overlay,
    pictures,
    turned,
    when,
)
from tui.state.saving import Saving
from tui.widgets.key_bar import KeyBar
from tui.widgets.plot import PlotView

Part = tuple[str, str]


class RunsScreen(Screen[Run | None]):
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
        self._read: dict[str, Shown] = {}
        self._plot = 0

    def compose(self) -> ComposeResult:
        yield Static(id="runs-head")
        with Horizontal(id="sides"):
            yield OptionList(id="kept", compact=True)
            with Vertical(id="compared"):
                yield PlotView()
                with VerticalScroll(id="difference", can_focus=False):
                    yield Static(id="columns", markup=False)
                    yield Static(id="same", markup=False)
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
        parts: list[Part] = [
            (f" {letter} ", "bold $primary"),
            (f"{SIGNS[run.state]} {when(run)}", ""),
            (f"  {final[0]} {final[1]:.4g}" if final else "", "$text-muted"),
            (f"\n     {turned(run, defaults(run.experiment))}", "$text-muted"),
        ]
        if self._experiment is None:
            parts.insert(2, (f"  {run.experiment}", "$accent"))
        return Content.assemble(*parts)

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
            found = await self._saving.read(lambda store: [read(store, run) for run in missing])
            self._read |= {one.run.uid: one for one in found or []}
        self._draw([self._read[run.uid] for run in chosen if run.uid in self._read])

    def _draw(self, shown: list[Shown]) -> None:
        name = self._experiment or "all experiments"
        head: list[Part] = [("Earlier runs", "bold $accent"), (f"   {name}", "$text-muted")]
        self.query_one("#runs-head", Static).update(Content.assemble(*head))
        picture = self.query_one(PlotView)
        self.set_class(not shown, "-nothing")
        if not shown:
            nothing = "Nothing is kept yet. Every run that finishes or is stopped comes here."
            self.query_one("#same", Static).update(nothing)
            return
        plots = pictures(pictures_of(shown[0].run.experiment, shown), shown)
        picture.clear()
        if plots:
            plot = plots[self._plot % len(plots)]
            content = overlay(plot, shown)
            picture.configure(replace(options(plot), order=names(content)))
            picture.show(content)
        self._compare([one.run for one in shown])

    def _compare(self, runs: list[Run]) -> None:
        different, same = difference(runs)
        columns = self.query_one("#columns", Static)
        columns.display = len(runs) > 1
        if columns.display:
            columns.update(side_by_side(different, len(runs)))
        words = ", ".join(f"{name} {text}" for name, text in same)
        words = f"the same: {words}" if columns.display else words
        self.query_one("#same", Static).update(words)

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
        self._plot += 1
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
            self._saving.write(lambda store: delete(store, chosen))
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
            self.notify(write(Path(name).expanduser(), kept))


def read(store: Store, run: Run) -> Shown:
    """A run's curves and views.

    Raises:
        Fault: the store cannot be read.
    """
    return Shown.of(run, store.runs.curves(run.uid), store.runs.views(run.uid))


def delete(store: Store, runs: list[Run]) -> None:
    """Delete runs for good.

    Raises:
        Fault: the store cannot be written.
    """
    for run in runs:
        store.runs.delete(run.uid)


def defaults(experiment: str) -> dict[str, Value]:
    """The knobs of an experiment before anybody turns them; none of one that is no more."""
    try:
        return catalog.experiment(experiment).defaults
    except LookupError:
        return {}


def pictures_of(experiment: str, shown: list[Shown]) -> list[PlotSpec]:
    """The pictures of an experiment; of one that is no more, a picture for each curve."""
    try:
        return catalog.experiment(experiment).plots
    except LookupError:
        found = [curve.name for curve in shown[0].curves]
        return [PlotSpec(name=name, series=[name]) for name in found]


def side_by_side(rows: list[tuple[str, list[str]]], count: int) -> Content:
    """What differs between runs, a column a run."""
    table = [("", list(LETTERS[:count])), *rows]
    wide = max(len(name) for name, _ in table)
    columns = [max(len(texts[i]) for _, texts in table) for i in range(count)]
    parts: list[Part] = []
    for name, texts in table:
        cells = "  ".join(f"{text:<{room}}" for text, room in zip(texts, columns, strict=True))
        parts.append((f"{name:<{wide}}  ", "$text-muted"))
        parts.append((f"{cells}\n", "" if name else "bold $primary"))
    return Content.assemble(*parts).rstrip()


def write(file: Path, kept: list[export.Kept]) -> str:
    """Write an export; the sentence that says how it went. A file that is there stays."""
    text = export.to_json(kept) if file.suffix == ".json" else export.to_csv(kept).encode()
    try:
        with file.open("xb") as out:
            out.write(text)
    except FileExistsError:
        return f"{file.name} is there already; nothing was written."
    except OSError as error:
        return f"{file} cannot be written: {error.strerror}."
    return f"{file.name} is written to {file.absolute().parent}."
