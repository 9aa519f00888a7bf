"""The exact source of an experiment."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.highlight import highlight
from textual.screen import Screen
from textual.widgets import Static

from lessons.format.schema import Experiment, Value
from tui.widgets.key_bar import KeyBar


class CodeScreen(Screen[None]):
    """What you read here is what runs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "whole_module", "Function or whole file"),
        Binding("w,e", "edit_copy", "Edit a copy", key_display="w"),
        Binding("escape,c,q", "dismiss", "Close", key_display="c"),
        Binding("j,down", "scroll(1)", "Down", show=False),
        Binding("k,up", "scroll(-1)", "Up", show=False),
    ]

    def __init__(
        self, experiment: Experiment, knobs: dict[str, Value] | None = None, seed: int = 0
    ) -> None:
        """``knobs`` and ``seed`` are those of a copy; without them it has the defaults."""
        super().__init__()
        self._knobs = experiment.defaults | (knobs or {})
        self._seed = seed
        self.experiment = experiment
        self.shows_module = False

    def compose(self) -> ComposeResult:
        yield Static(id="code-head")
        with VerticalScroll(id="code-scroll"):
            yield Static(id="code")
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the function; the file is one key away."""
        self.query_one("#code-scroll").focus()
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
        self.query_one("#code", Static).update(highlight(source, language="python"))

    def action_whole_module(self) -> None:
        """Between the function and the file it stands in."""
        self.shows_module = not self.shows_module
        self._paint()
        self.query_one("#code-scroll").scroll_home(animate=False)

    def action_edit_copy(self) -> None:
        """Copy it into the editor, as a program that runs alone."""
        app = self.app
        self.dismiss()
        app.open_copy(self.experiment, self._knobs, self._seed)  # type: ignore[attr-defined]

    def action_scroll(self, rows: int) -> None:
        """Scroll by rows."""
        self.query_one("#code-scroll").scroll_relative(y=rows, animate=False)
