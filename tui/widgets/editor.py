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

from rich.segment import Segment
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from engine.process.protocol import Frame
from tui.terminal.escape import CONTROL
from tui.widgets import editing, syntax

MOST_CHARACTERS = 200_000
"""Longer texts are refused: every key would be felt."""

LONGEST_LINE = 10_000
"""Lines with more characters are refused for the same reason."""

MOST_UNDONE = 1000
"""Changes that can be taken back."""

PICTURES = {code: picture for code, picture in CONTROL.items() if code != ord("\t")}
"""How control characters are shown; a tab is as wide as it is."""


def refusal(text: str) -> str:
    """Why a text cannot be edited here, as a sentence; empty when it can be."""
    if len(text) > MOST_CHARACTERS:
        size, most = len(text) / 1e6, MOST_CHARACTERS / 1e6
        return f"That is {size:,.1f} MB of text, and a page holds {most:.1f} MB. Nothing was taken."
    longest = max(map(len, text.splitlines()), default=0)
    if longest > LONGEST_LINE:
        return f"That has a line of {longest:,} characters, too long to edit. Nothing was taken."
    return ""


class Editor(TextArea):
    """Python with highlighting, undo, automatic indent, comment toggle, search, a marked line."""

    DEFAULT_CSS = """
    Editor {
        border: none; padding: 0; background: $background; scrollbar-size: 0 1;
        &:focus { border: none; }
        & .text-area--gutter { color: $text-disabled; }
        & .text-area--cursor-gutter { color: $text-muted; background: $background; text-style: none; }
        & .text-area--cursor-line { background: $surface; }
        & .text-area--matching-bracket { background: $panel; text-style: bold; }
        & .text-area--selection { background: $primary 35%; color: $foreground; }
        & .editor--failing { background: $error 18%; }
        & .editor--fault { color: $error; text-style: bold underline; }
        & .editor--sign { color: $error; text-style: bold; }
        & .editor--match { background: $warning 30%; }
    }
    """  # noqa: E501

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "editor--failing",
        "editor--fault",
        "editor--sign",
        "editor--match",
    }

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

    def __init__(
        self,
        text: str = "",
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name
        read_only: bool = False,
    ) -> None:
        self._fault: tuple[int, int, int] | None = None
        self._words = ""
        self._matches: list[tuple[int, int]] = []
        super().__init__(
            editing.plain(text),
            language="python",
            soft_wrap=False,
            show_line_numbers=True,
            max_checkpoints=MOST_UNDONE,
            read_only=read_only,
            id=id,
        )
        # Blinking would send bytes for ever.
        self.cursor_blink = False
        for dark in (True, False):
            self.register_theme(syntax.theme(dark=dark))

    def on_mount(self) -> None:
        """Take the colours of the app's theme."""
        self._app_theme_changed()

    # The text as a whole

    def open(self, text: str) -> None:
        """Another text, with nothing to undo."""
        self.load_text(editing.plain(text))

    def write(self, text: str) -> None:
        """Another text in place of this one; undo brings back what was there."""
        self.replace(editing.plain(text), (0, 0), self.document.end)
        self.move_cursor((0, 0))

    # Marked lines

    def mark(self, line: int | None, column: int = 0, end: int = 0) -> None:
        """Mark a line (from 1) as the one that failed, until the text changes; None: no line.

        The line is brought into sight; the cursor stays where it is.

        Args:
            column: where in the line it happened, from 1; 0 when unknown.
            end: the first column behind it.
        """
        fault = None if line is None else (line - 1, column, end)
        if fault != self._fault:
            self._fault = fault
            self._paint_anew()
        if fault is not None and 0 <= fault[0] < self.document.line_count:
            self.scroll_to_region(Region(0, fault[0], 1, 1), animate=False)

    def mark_frame(self, place: Frame) -> None:
        """Mark where an error happened; a frame's columns are counted without the line's indent."""
        is_here = 0 < place.line <= self.document.line_count
        lead = len(editing.lead(self.document.get_line(place.line - 1))) if is_here else 0
        column, end = (each + lead if each else 0 for each in (place.column, place.end))
        self.mark(place.line, column, end)

    @property
    def marked_line(self) -> int | None:
        """The line (from 1) that is marked."""
        return self._fault[0] + 1 if self._fault else None

    # Search

    def search(self, words: str) -> int:
        """Look for words, from the cursor on; how often they are there.

        The case of letters counts if there are capitals among them. All matches are shown; the
        first one is selected.
        """
        self._words = words
        self._search_again()
        if self._matches:
            here = min(self.selection)
            ahead = (i for i, place in enumerate(self._matches) if place >= here)
            self._select(next(ahead, 0))
        return len(self._matches)

    def seek(self, by: int) -> None:
        """Select the next match (1) or the one before (-1), around the ends."""
        if not self._matches:
            return
        here = min(self.selection)
        if by > 0:
            ahead = (i for i, place in enumerate(self._matches) if place > here)
            self._select(next(ahead, 0))
        else:
            before = [i for i, place in enumerate(self._matches) if place < here]
            self._select(before[-1] if before else len(self._matches) - 1)

    @property
    def sought(self) -> tuple[int, int]:
        """Which match is selected, from 1 (0 when none is), and how many there are."""
        here = min(self.selection)
        place = self._matches.index(here) + 1 if here in self._matches else 0
        return place, len(self._matches)

    def _select(self, index: int) -> None:
        row, column = self._matches[index]
        self.selection = Selection((row, column), (row, column + len(self._words)))
        self.scroll_cursor_visible(center=True)

    def _search_again(self) -> None:
        self._matches = editing.occurrences(self.document.lines, self._words)
        self._paint_anew()

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
        self._replace_via_keyboard("\n" + editing.indent_after(lines), (row, column), behind)

    def action_indent(self) -> None:
        """To the next level; with a selection, all its lines."""
        if self.selection.is_empty:
            spaces = " " * self._find_columns_to_next_tab_stop()
            self._replace_via_keyboard(spaces, *self.selection)
        else:
            self._change_lines(editing.indented)

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
            level = (column - 1) // editing.INDENT * editing.INDENT
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
        sentence = refusal(text) or refusal(self.text + text)
        if sentence:
            self.post_message(self.Complained(sentence))
        elif result := self._replace_via_keyboard(editing.plain(text), *self.selection):
            self.move_cursor(result.end_location)
            self.focus()

    # Painting

    def get_line(self, line_index: int) -> Text:
        """A line as it is shown: control characters as pictures, matches and faults marked."""
        line = Text(self.document.get_line(line_index).translate(PICTURES), end="", no_wrap=True)
        if self._fault and line_index == self._fault[0]:
            line.stylize(self.get_component_rich_style("editor--failing"))
            _, column, end = self._fault
            if column:
                style = self.get_component_rich_style("editor--fault")
                line.stylize(style, column - 1, max(end, column + 1) - 1)
        for row, column in self._matches:
            if row == line_index:
                style = self.get_component_rich_style("editor--match")
                line.stylize(style, column, column + len(self._words))
        return line

    def _render_line(self, y: int) -> Strip:
        strip = super()._render_line(y)
        if self._fault and y + self.scroll_offset.y == self._fault[0]:
            number, *rest = strip
            sign = self.get_component_rich_style("editor--sign")
            style = number.style + sign if number.style else sign
            return Strip([Segment(f"{number.text.rstrip()} ▸", style), *rest])
        return strip

    def _paint_anew(self) -> None:
        self._line_cache.clear()
        self.refresh()

    def _app_theme_changed(self) -> None:
        self.theme = syntax.theme_name(dark=self.app.current_theme.dark)

    # After every change of the text, Textual's own included

    def _build_highlight_map(self) -> None:
        self._fault = None
        if self._words:
            self._matches = editing.occurrences(self.document.lines, self._words)
        self._line_cache.clear()
        self._highlights = syntax.Highlights(self._captured) if self._highlight_query else {}

    def _captured(self, first: int, last: int) -> dict[int, list[tuple[int, int | None, str]]]:
        query = self._highlight_query
        captures = self.document.query_syntax_tree(query, (first, 0), (last, 0)) if query else {}
        found: dict[int, list[tuple[int, int | None, str]]] = {}
        for name in syntax.KINDS:
            for node in captures.get(name, ()):
                top, bottom = node.start_point.row, node.end_point.row
                for row in range(max(top, first), min(bottom + 1, last)):
                    start = node.start_point.column if row == top else 0
                    end = node.end_point.column if row == bottom else None
                    found.setdefault(row, []).append((start, end, name))
        return found
