"""An editor with its find bar below it."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from tui.widgets.editor import Editor
from tui.widgets.find_bar import FindBar

NOTICE_SECONDS = 8.0


class CodePane(Vertical):
    """What a screen uses to have code written: ``pane.editor`` is the editor."""

    def __init__(self, text: str = "", *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.editor = Editor(text)
        self._bar = FindBar(self.editor)

    def compose(self) -> ComposeResult:
        yield self.editor
        yield self._bar

    @on(Editor.Sought)
    def _open_bar(self, message: Editor.Sought) -> None:
        message.stop()
        self._bar.open(message.words)

    @on(Editor.Complained)
    def _say(self, message: Editor.Complained) -> None:
        message.stop()
        self.notify(message.text, severity="warning", timeout=NOTICE_SECONDS, markup=False)
