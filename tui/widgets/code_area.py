"""Python on the screen: highlighted, with control characters made visible, a fault and matches."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.text import Text
from textual.cache import LRUCache
from textual.geometry import Offset, Region
from textual.strip import Strip
from textual.timer import Timer
from textual.widgets import TextArea
from textual.widgets.text_area import (
    DocumentNavigator,
    Selection,
    SyntaxAwareDocument,
    WrappedDocument,
)

from engine.process.protocol import Frame
from tui.terminal.escape import CONTROL
from tui.widgets import editing, syntax
from tui.widgets.cut_signs import told
from tui.widgets.matches import Matches
from tui.widgets.python_document import PythonDocument
from tui.widgets.undo import BoundedHistory

MOST_UNDONE = 1000
"""Changes that can be taken back."""

LINES_KEPT = 150
"""Painted lines that are kept: a screenful; each is some kilobytes with all its cuts."""

CHECKPOINT_SECONDS, CHECKPOINT_CHARACTERS = 2.0, 100
"""What is written within so long, and is no longer, is taken back at once."""

PICTURES = {code: picture for code, picture in CONTROL.items() if code != ord("\t")}
"""How control characters are shown; a tab is as wide as it is."""


class CodeArea(TextArea):
    """Shows Python. One line of it may be marked as failing; words are looked for in it."""

    DEFAULT_CSS = """
    CodeArea {
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
        & .editor--more { color: $primary; text-style: bold; }
    }
    """  # noqa: E501

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "editor--failing",
        "editor--fault",
        "editor--sign",
        "editor--match",
        "editor--more",
    }

    def __init__(
        self,
        text: str = "",
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name
        read_only: bool = False,
    ) -> None:
        self._fault: tuple[int, int, int] | None = None
        self._matches = Matches()
        self._is_unseen = False
        self._coloring: Timer | None = None
        super().__init__(
            editing.kept(text),
            language="python",
            soft_wrap=False,
            show_line_numbers=True,
            max_checkpoints=MOST_UNDONE,
            read_only=read_only,
            id=id,
        )
        self.history = BoundedHistory(MOST_UNDONE, CHECKPOINT_SECONDS, CHECKPOINT_CHARACTERS)
        self._line_cache = LRUCache(LINES_KEPT)
        # Blinking would send bytes for ever.
        self.cursor_blink = False
        for dark in (True, False):
            self.register_theme(syntax.theme(dark=dark))

    def on_mount(self) -> None:
        """Take the colours of the app's theme."""
        self._app_theme_changed()

    # What is in sight

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:
        """Bring the cursor into sight, once there is any: without room it would be out of it."""
        self._is_unseen = not self.size
        return Offset() if self._is_unseen else super().scroll_cursor_visible(center, animate)

    def on_resize(self) -> None:
        """The first time there is room, it is where the cursor is."""
        if self._is_unseen:
            self.scroll_cursor_visible()

    # The text as a whole

    def _set_document(self, text: str, language: str | None) -> None:
        super()._set_document("", language)
        if not isinstance(self.document, SyntaxAwareDocument):
            super()._set_document(text, language)
        else:
            self.document = PythonDocument(text, self.document.language)
            self.wrapped_document = WrappedDocument(self.document, tab_width=self.indent_width)
            self.navigator = DocumentNavigator(self.wrapped_document)
            self._build_highlight_map()
            self._rewrap_and_refresh_virtual_size()

    def open(self, text: str) -> None:
        """Another text, with nothing to undo."""
        self.load_text(editing.kept(text))

    def write(self, text: str) -> None:
        """Another text in place of this one; undo brings back what was there."""
        self.replace(editing.kept(text), (0, 0), self.document.end)
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
        self._matches.look(words, self.document.lines)
        self._paint_anew()
        self._select(self._matches.first(min(self.selection)))
        return len(self._matches)

    def seek(self, by: int) -> None:
        """Select the next match (1) or the one before (-1), around the ends."""
        self._select(self._matches.beside(min(self.selection), by))

    @property
    def sought(self) -> tuple[int, int]:
        """Which match is selected, from 1 (0 when none is), and how many there are."""
        return self._matches.number(min(self.selection)), len(self._matches)

    def _select(self, place: tuple[int, int] | None) -> None:
        if place is not None:
            row, column = place
            self.selection = Selection(place, (row, column + self._matches.width))
            self.scroll_cursor_visible(center=True)

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
        style = self.get_component_rich_style("editor--match")
        for column in self._matches.columns(line_index):
            line.stylize(style, column, column + self._matches.width)
        return line

    def _render_line(self, y: int) -> Strip:
        strip = self._told_cut(super()._render_line(y), y)
        if self._fault and y + self.scroll_offset.y == self._fault[0]:
            number, *rest = strip
            sign = self.get_component_rich_style("editor--sign")
            style = number.style + sign if number.style else sign
            return Strip([Segment(f"{number.text.rstrip()} ▸", style), *rest])
        return strip

    def _told_cut(self, strip: Strip, y: int) -> Strip:
        left, top = self.scroll_offset
        row, text = y + top, range(self.gutter_width, self.scrollable_content_region.width)
        if row >= self.document.line_count:
            return strip
        length = cell_len(self.document.get_line(row).expandtabs(self.indent_width))
        column, line = self._cursor_offset
        cursor = column - left + self.gutter_width if line == row else None
        style = self.get_component_rich_style("editor--more", partial=True)
        return told(strip, text, left=left, length=length, style=style, spare=cursor)

    def _paint_anew(self) -> None:
        self._line_cache.clear()
        self.refresh()

    def _app_theme_changed(self) -> None:
        self.theme = syntax.theme_name(dark=self.app.current_theme.dark)

    # After every change of the text, Textual's own included

    def _build_highlight_map(self) -> None:
        self._fault = None
        self._matches.look(self._matches.words, self.document.lines)
        self._line_cache.clear()
        self._highlights = syntax.Highlights(self._captured) if self._highlight_query else {}

    def _captured(self, first: int, last: int) -> dict[int, list[tuple[int, int | None, str]]]:
        query = self._highlight_query
        captures = self.document.query_syntax_tree(query, (first, 0), (last, 0)) if query else {}
        if isinstance(self.document, PythonDocument) and self.document.is_old:
            self._color_later(self.document.seconds_to_wait())
        return syntax.pieces(captures, first, last)

    def _color_later(self, seconds: float) -> None:
        if self._coloring is None:
            self._coloring = self.set_timer(max(seconds, 0.0), self._color_anew)

    def _color_anew(self) -> None:
        self._coloring = None
        self._highlights = syntax.Highlights(self._captured) if self._highlight_query else {}
        self._paint_anew()
