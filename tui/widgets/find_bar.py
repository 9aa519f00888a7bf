"""One row in which to look for words in an editor."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from tui.widgets.editor import Editor

LONGEST = 200
"""Characters that can be looked for."""


class FindBar(Horizontal):
    """Hidden until it is opened. Enter and down go on, up goes back, escape returns to the text."""

    DEFAULT_CSS = """
    FindBar {
        display: none; height: 1; background: $panel;
        #find-label { width: auto; padding: 0 1; color: $text-muted; }
        #find-words { width: 1fr; background: $panel; }
        #find-count { width: auto; min-width: 10; padding: 0 1; text-align: right; color: $text-muted; }
    }
    """  # noqa: E501

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,down,f3", "seek(1)", "Next", key_display="enter", priority=True),
        Binding("up,shift+enter", "seek(-1)", "Previous", key_display="↑", priority=True),
        Binding("escape", "close", "Close", key_display="esc", priority=True),
    ]

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._editor = editor

    def compose(self) -> ComposeResult:
        yield Static("find", id="find-label")
        yield Input(id="find-words", compact=True, max_length=LONGEST)
        yield Static(id="find-count")

    def open(self, words: str) -> None:
        """Show the bar; look for these words, or for those of the last time."""
        self.display = True
        field = self.query_one(Input)
        field.focus()
        field.value = words or field.value
        field.action_select_all()
        self._look()

    def action_seek(self, by: int) -> None:
        """The next match, or the one before."""
        self._editor.seek(by)
        self._count()

    def action_close(self) -> None:
        """Back to the text, where the selected match is."""
        self.display = False
        self._editor.search("")
        self._editor.focus()

    @on(Input.Changed)
    def _look(self) -> None:
        self._editor.search(self.query_one(Input).value)
        self._count()

    def _count(self) -> None:
        place, count = self._editor.sought
        words = self.query_one(Input).value
        told = f"{place} of {count}" if count else "not found" if words else ""
        self.query_one("#find-count", Static).update(told)
