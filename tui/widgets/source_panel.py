"""The source of an experiment beside its pictures, with the line at work."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from textual.content import Content
from textual.geometry import Region, Size
from textual.highlight import highlight
from textual.strip import Strip

from tui.widgets.row_view import RowView

MARGIN = 2
"""Columns of the marks in front of the code."""

HANG = 4
"""Columns by which the rest of a long line stands in."""

AT_WORK, LIT = "▸", "▎"
"""Marks of the line at work, and of lines that matter now."""

Piece = tuple[int, bool, Content]
"""The number of a line, from 1; whether this is where it begins; and a part of it."""


class SourcePanel(RowView):
    """Shows Python; lines too long for it go on below, standing in.

    What was painted is kept: the same code comes back with every page.
    """

    def __init__(self) -> None:
        super().__init__(id="source-panel")
        self._text = ""
        self._at = 0
        self._lit: frozenset[int] = frozenset()
        self._numbers: Mapping[int, int] = {}
        """What stands before a line, by the line's number."""
        self._pieces: list[Piece] = []

    def show(
        self,
        text: str,
        *,
        at: int = 0,
        lit: Collection[int] = (),
        numbers: Mapping[int, int] | None = None,
    ) -> None:
        """Show this source.

        Args:
            at: the line at work, from 1; 0 for none.
            lit: lines that matter now, from 1.
            numbers: a digit to stand before lines, from 1; the same for the same text.

        The line at work is brought into sight, without one the first of those that matter.
        """
        now_lit = frozenset(lit)
        if (text, at, now_lit) == (self._text, self._at, self._lit):
            return
        is_new, moved = text != self._text, {at, self._at} | (now_lit ^ self._lit)
        self._text, self._at, self._lit = text, at, now_lit
        self._numbers = numbers or {}
        if is_new:
            self.refill()
            self.refresh(layout=True)
        if not at:
            self.scroll_home(animate=False)
        for row, (number, _, _) in enumerate(self._pieces):
            if number in moved:
                self.refresh_line(row)
        self.call_after_refresh(self.reach)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many rows as there are at this width."""
        return len(_pieces(self._text, width - self.scrollbar_size_vertical - self._margin))

    @property
    def _margin(self) -> int:
        return MARGIN + bool(self._numbers)

    @property
    def natural_width(self) -> int:
        """Columns in which no line has to be folded."""
        longest = max((line.cell_length for line in _lines(self._text)), default=0)
        return longest + self._margin + self.scrollbar_size_vertical

    def fill(self) -> None:
        """The source in rows of this width; another source is painted anew."""
        self._pieces = _pieces(self._text, self._width - self._margin) if self._width else []
        self._painted.clear()

    def reach(self) -> None:
        """Bring into sight the line at work, or the first of those that matter."""
        sought = self._at or min(self._lit, default=0)
        rows = [row for row, (number, _, _) in enumerate(self._pieces) if number == sought]
        if rows:
            self.scroll_to_region(Region(0, rows[0], 1, len(rows)), animate=False)

    @property
    def rows(self) -> list[str]:
        """The text of every row with its mark, also of those one would have to scroll to."""
        return [self.strip_of(row).text.rstrip() for row in range(len(self._pieces))]

    @property
    def row_count(self) -> int:
        """Rows of the whole source at this width."""
        return len(self._pieces)

    def render_line(self, y: int) -> Strip:
        """The row that is in sight there."""
        width = self.scrollable_content_region.width
        if width != self._width:  # painted before it is told of its new size
            self._width = width
            self.fill()
        return super().render_line(y)

    def strip_of(self, row: int) -> Strip:
        """A row with its mark."""
        number, is_first, piece = self._pieces[row]
        mark = AT_WORK if number == self._at else LIT if number in self._lit else " "
        digit = str(self._numbers.get(number, " ")) if is_first else " "
        before = digit if self._numbers else ""
        return self.painted((row, mark), lambda: self._marked(mark, piece, is_first, before))

    def _marked(self, mark: str, piece: Content, is_first: bool, before: str) -> Content:
        """A row behind its mark and number; the line at work is a band over the whole width."""
        here = mark == AT_WORK
        sign = mark if is_first or not here else " "
        gap = " " * (MARGIN - 1)
        row = Content.assemble((sign, "bold $primary"), (before + gap, "$text-muted"), piece)
        if not here:
            return row
        room = max(self._width - row.cell_length, 0)
        return row.pad_right(room).stylize_before("on $panel")


@lru_cache(maxsize=16)
def _lines(text: str) -> list[Content]:
    return highlight(text.rstrip("\n"), language="python").split("\n")


@lru_cache(maxsize=16)
def _pieces(text: str, width: int) -> list[Piece]:
    """Source in rows of so many columns."""
    return [
        (number, at == 0, piece)
        for number, line in enumerate(_lines(text), 1)
        for at, piece in enumerate(folded(line, width))
    ]


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
