"""The editor: Textual's text area as people who write Python know one.

Use it alone, or as a `tui.widgets.code_pane.CodePane` together with its find bar::

    editor = Editor("x = 1\\n")        # or later: editor.open(text)
    editor.text                        # what is written; `TextArea.Changed` follows every change
    editor.write(text)                 # other text in place of all there is; undo brings it back
    editor.mark(3, 5, 9)               # the line that failed, and the columns in it, from 1
    editor.search("lr"), editor.seek(1)

It never takes a screen's own keys. Escape is left to the screen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets.text_area import Selection

from tui.widgets import editing
from tui.widgets.code_area import CodeArea


class Editor(CodeArea):
    """Python as it is written: automatic indent, comment toggle, undo; nothing too long to edit."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "indent", "Deeper", show=False, id="editor.indent"),
        Binding("shift+tab", "dedent", "Less deep", show=False, id="editor.dedent"),
        Binding(
            "f8,ctrl+underscore,ctrl+slash",
            "toggle_comment",
            "Comment",
            show=False,
            key_display="F8",
            id="editor.comment",
        ),
        Binding("f3,ctrl+f", "find", "Find", show=False, key_display="F3", id="editor.find"),
    ]

    @dataclass
    class Complained(Message):
        """Something was refused, for the reason the sentence gives."""

        text: str

    @dataclass
    class Sought(Message):
        """The learner wants to look for these words, or for words to be asked for."""

        words: str

    # Keys

    async def on_key(self, event: events.Key) -> None:
        if event.key == "enter" and not self.read_only:
            event.stop()
            event.prevent_default()
            self._break_line()

    def _break_line(self) -> None:
        (row, column), bottom = sorted(self.selection)
        lines = [*self.document.lines[:row], self.document.get_line(row)[:column]]
        rest = self.document.get_line(bottom[0])[bottom[1] :]
        behind = (bottom[0], bottom[1] + len(editing.lead(rest)))
        indent = editing.indent_after(lines, self._unit)
        self._replace_via_keyboard("\n" + indent, (row, column), behind)

    @property
    def _unit(self) -> str:
        """What one level is in this text."""
        return editing.unit_of(self.document.lines)

    def action_indent(self) -> None:
        """To the next level; with a selection, all its lines."""
        unit = self._unit
        if self.selection.is_empty:
            spaces = " " * self._find_columns_to_next_tab_stop()
            tab = unit if unit == editing.TAB else spaces
            self._replace_via_keyboard(tab, *self.selection)
        else:
            self._change_lines(lambda lines: editing.indented(lines, unit))

    def action_dedent(self) -> None:
        """The line, or all lines of the selection, one level back."""
        self._change_lines(editing.dedented)

    def action_toggle_comment(self) -> None:
        """Comment the line, or all lines of the selection, out or in."""
        self._change_lines(editing.commented)

    def action_delete_left(self) -> None:
        """In the white space at the start of a line, back to the level before."""
        row, column = self.cursor_location
        before = self.document.get_line(row)[:column]
        if self.selection.is_empty and before and before.isspace():
            spaces = len(before) - len(before.rstrip(" "))
            level = column - ((spaces - 1) % editing.INDENT + 1 if spaces else 1)
            self._delete_via_keyboard((row, level), (row, column))
        else:
            super().action_delete_left()

    def action_find(self) -> None:
        """Look for what is selected, or ask for words."""
        words = self.selected_text
        self.post_message(self.Sought("" if "\n" in words else words))

    def _change_lines(self, change: Callable[[list[str]], list[str]]) -> None:
        if self.read_only:
            return
        start, end = self.selection
        first, last = min(start, end)[0], max(start, end)[0]
        if first < last and max(start, end)[1] == 0:
            last -= 1
        old = self.document.lines[first : last + 1]
        new = change(old)
        if new == old:
            return
        self.replace("\n".join(new), (first, 0), (last, len(old[-1])))

        def moved(place: tuple[int, int]) -> tuple[int, int]:
            row, column = place
            if not first <= row <= last:
                return place
            return row, max(0, column + len(new[row - first]) - len(old[row - first]))

        self.selection = Selection(moved(start), moved(end))

    # What comes from outside

    async def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self._insert(event.text)

    def action_paste(self) -> None:
        """What was cut or copied here."""
        self._insert(self.app.clipboard)

    def _insert(self, text: str) -> None:
        if self.read_only:
            return
        sentence = editing.refusal(text) or editing.refusal(self.text + text)
        if sentence:
            self.post_message(self.Complained(sentence))
        elif result := self._replace_via_keyboard(
            editing.pasted(text, self._unit), *self.selection
        ):
            self.move_cursor(result.end_location)
            self.focus()
