"""The source of an experiment beside its pictures, with the line at work."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Region
from textual.highlight import highlight
from textual.widgets import Static

MARGIN = 2
"""Columns of the marks in front of the code."""

HANG = 4
"""Columns by which the rest of a long line stands in."""

AT_WORK, LIT = "▸", "▎"
"""Marks of the line at work, and of lines that matter now."""


class SourcePanel(VerticalScroll, can_focus=False):
    """Shows Python; lines too long for it go on below, standing in."""

    DEFAULT_CSS = """
    SourcePanel {
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        #source { height: auto; width: 1fr; }
    }
    """

    def __init__(self) -> None:
        super().__init__(id="source-panel")
        self._text = ""
        self._lines: list[Content] = []
        self._at = 0
        self._lit: frozenset[int] = frozenset()
        self._width = 0

    def compose(self) -> ComposeResult:
        yield Static(id="source")

    def show(self, text: str, *, at: int = 0, lit: Collection[int] = ()) -> None:
        """Show this source.

        Args:
            at: the line at work, from 1; 0 for none.
            lit: lines that matter now, from 1.

        The line at work is brought into sight, without one the first of those that matter.
        """
        new, now_lit = text != self._text, frozenset(lit)
        if not new and (at, now_lit) == (self._at, self._lit):
            return
        if new:
            self._text = text
            self._lines = highlight(text.rstrip("\n"), language="python").split("\n")
        self._at, self._lit = at, now_lit
        if not at:
            self.scroll_home(animate=False)
        self._paint()

    def on_resize(self, _event: events.Resize) -> None:
        """Lines break elsewhere."""
        if self.scrollable_content_region.width != self._width:
            self._paint()

    def _paint(self) -> None:
        self._width = self.scrollable_content_region.width
        if not self._width:
            return
        rows: list[Content] = []
        sought = self._at or min(self._lit, default=0)
        for number, line in enumerate(self._lines, 1):
            painted = list(self._row(number, line))
            if number == sought:
                below = Region(0, len(rows), 1, len(painted))
                self.call_after_refresh(self.scroll_to_region, below, animate=False)
            rows += painted
        self.query_one("#source", Static).update(Content("\n").join(rows))

    def _row(self, number: int, line: Content) -> Iterator[Content]:
        """A line with its mark; the one at work is a band over the whole width."""
        here, lit = number == self._at, number in self._lit
        mark = AT_WORK if here else LIT if lit else " "
        for piece in folded(line, self._width - MARGIN):
            row = Content.assemble((mark.ljust(MARGIN), "bold $primary"), piece)
            if here:
                room = max(self._width - row.cell_length, 0)
                row = row.pad_right(room).stylize_before("on $panel")
            yield row
            mark = mark if lit and not here else " "


def folded(line: Content, width: int) -> Iterator[Content]:
    """A line in pieces of at most so many columns, broken where it hurts least."""
    plain = line.plain
    lead = len(plain) - len(plain.lstrip()) + HANG
    stands_in = 0
    while len(line) + stands_in > max(width, 2 * lead, 1):
        end = max(width, 2 * lead) - stands_in
        end = next(_breaks(line.plain, end), end)
        piece, line = line.divide([end])
        yield piece.rstrip().pad_left(stands_in)
        line = line[len(line.plain) - len(line.plain.lstrip()) :]
        stands_in = lead
    yield line.pad_left(stands_in)


def _breaks(text: str, end: int) -> Iterator[int]:
    """Where code may be broken up to a column: before a comment, at a blank, behind a bracket."""
    bracket = max(text.rfind(sign, 1, end) + 1 for sign in "([{,.")
    for at in (text.find("  #"), text.rfind(" ", 1, end + 1), bracket):
        if 0 < at <= end and text[:at].strip():
            yield at
