"""Two small questions: yes or no, and a name for a file."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.screens.leaving import LeavingScreen

BOX = """
    align: center middle;
    background: $background 70%;
    Vertical {
        width: 64; max-width: 96%; height: auto; padding: 1 3;
        background: $surface; border: round $border;
    }
    Static { width: 1fr; height: auto; }
    Input { margin: 1 0 0 0; }
"""


class ConfirmScreen(ModalScreen[bool], LeavingScreen[bool]):
    """A question that ``y`` answers with yes, and every way out with no."""

    CSS = f"ConfirmScreen {{ {BOX} }}"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes"),
        Binding("n,escape,q,enter,ctrl+c", "answer(False)", "No", priority=True),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(self._question, markup=False)
            yield Static("\ny yes   n no", markup=False)

    def action_answer(self, yes: bool) -> None:
        """Close with the answer."""
        self.dismiss(yes)


class NameScreen(ModalScreen[str | None], LeavingScreen[str | None]):
    """Asks for a line of text, a file's name say; escape gives it up."""

    CSS = f"NameScreen {{ {BOX} }}"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave", priority=True)]

    def __init__(self, question: str, suggestion: str, *, replaces: bool = False) -> None:
        """With ``replaces``, what is typed takes the place of the suggestion."""
        super().__init__()
        self._question = question
        self._suggestion = suggestion
        self._replaces = replaces

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(self._question, markup=False)
            yield Input(self._suggestion, select_on_focus=self._replaces)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter takes the name."""
        self.dismiss(event.value.strip() or None)

    def action_leave(self) -> None:
        """No name."""
        self.dismiss(None)
