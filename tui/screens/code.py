"""The exact source of an experiment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from lessons.format.schema import Experiment, Value
from tui.screens.leaving import LeavingScreen
from tui.widgets.key_bar import KeyBar
from tui.widgets.source_panel import SourcePanel


class CodeScreen(LeavingScreen[None]):
    """What you read here is what runs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "whole_module", "Function or whole file"),
        Binding("w,e", "edit_copy", "Edit a copy", key_display="w"),
        Binding("escape,c,q", "dismiss", "Close", key_display="c"),
        Binding("j,down", "scroll(1)", "Down", show=False),
        Binding("k,up", "scroll(-1)", "Up", show=False),
    ]

    def __init__(
        self,
        experiment: Experiment,
        knobs: dict[str, Value] | None = None,
        seed: int = 0,
        lines: Sequence[int] = (),
    ) -> None:
        """``knobs`` and ``seed`` are those of a copy; without them it has the defaults.

        ``lines`` of the source, from 1, are lit; at the last of them the run is held.
        """
        super().__init__()
        self._lines = lines
        self._knobs = experiment.defaults | (knobs or {})
        self._seed = seed
        self.experiment = experiment
        self.shows_module = False

    def compose(self) -> ComposeResult:
        yield Static(id="code-head")
        panel = SourcePanel()
        panel.can_focus = True
        yield panel
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the function; the file is one key away."""
        self.query_one(SourcePanel).focus()
        self._paint()

    def _paint(self) -> None:
        experiment = self.experiment
        source = experiment.module_source if self.shows_module else experiment.source
        whole = f"{experiment.function}, line {experiment.line}"
        place = "the whole file" if self.shows_module else whole
        head = (
            (f"engine/experiments/{experiment.topic}.py", "bold $accent"),
            (f"   {place}", "$text-muted"),
        )
        self.query_one("#code-head", Static).update(Content.assemble(*head))
        above = experiment.line - 1 if self.shows_module else 0
        *lit, at = [line + above for line in self._lines] or [0]
        self.query_one(SourcePanel).show(source, at=at, lit=lit)

    def action_whole_module(self) -> None:
        """Between the function and the file it stands in."""
        self.shows_module = not self.shows_module
        self._paint()

    def action_edit_copy(self) -> None:
        """Copy it into the editor, as a program that runs alone."""
        app = self.app
        self.dismiss()
        app.open_copy(self.experiment, self._knobs, self._seed)  # type: ignore[attr-defined]

    def action_scroll(self, rows: int) -> None:
        """Scroll by rows."""
        self.query_one(SourcePanel).scroll_relative(y=rows, animate=False)
