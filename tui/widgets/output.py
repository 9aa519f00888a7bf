"""What a program printed, scrolled like a terminal; escape sequences are escaped."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import ClassVar, Protocol

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.state.watched_script import last_state
from tui.terminal.escape import escaped

LONGEST = 1000
"""Characters of a line that are shown."""

MOST_READ = 20_000
"""Characters of a line that are looked at."""

LEAST = 4
"""Rows that it keeps, whatever was printed."""

EMPTY: deque[str] = deque()


class Printing(Protocol):
    """Whatever prints: a run of the learner's code, a watched script."""

    @property
    def output(self) -> deque[str]:
        """Whole lines."""

    @property
    def partial(self) -> str:
        """The line that is not finished."""

    @property
    def lost_bytes(self) -> int:
        """What was printed and not kept."""


class Output(ScrollView, can_focus=True):
    """Follows the end, unless one has scrolled up to read."""

    DEFAULT_CSS = """
    Output {
        background: $surface; padding: 0 1;
        scrollbar-size-vertical: 1; scrollbar-size-horizontal: 0;
        & .output--note { color: $text-muted; }
    }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"output--note"}

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("home", "scroll_home", "Start", show=False),
        Binding("end", "scroll_end", "End", show=False),
    ]

    def __init__(self, empty: str = "", id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._empty = empty
        self._lines = EMPTY
        self._partial = ""
        self._lost = 0
        self._state: tuple[object, ...] = ()
        self._follows = True

    def show(self, run: Printing | None, *, beside_pictures: bool = False) -> None:
        """The lines of a run, from the first that is kept.

        ``beside_pictures``: rows that nothing was printed in are left to them.
        """
        lines = run.output if run else EMPTY
        self.styles.max_height = max(len(lines) + 1, LEAST) if beside_pictures else None
        partial = run.partial if run else ""
        state = (len(lines), lines[-1] if lines else "", partial, run.lost_bytes if run else 0)
        is_full = len(lines) == lines.maxlen
        if lines is self._lines and state == self._state and not is_full:
            return
        self._follows = self._follows or lines is not self._lines
        self._lines, self._state, self._partial = lines, state, partial
        self._lost = run.lost_bytes if run else 0
        longest = max((len(line) for line in islice(reversed(lines), 200)), default=0)
        rows = self._head + len(lines) + bool(partial)
        self.virtual_size = Size(min(longest, LONGEST), rows)
        self._go_on()
        self.refresh()

    def _go_on(self) -> None:
        if self._follows:
            # What has just outgrown the view has no scrollbar yet, and would not scroll unforced.
            self.scroll_end(animate=False, immediate=True, x_axis=False, force=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Whoever scrolls up reads; whoever comes back to the end follows again."""
        super().watch_scroll_y(old_value, new_value)
        self._follows = self.is_vertical_scroll_end

    def on_resize(self) -> None:
        """The end stays in view when something else takes the room."""
        self._go_on()

    @property
    def _head(self) -> int:
        """Rows above the lines."""
        return int(self._lost > 0 or not (self._lines or self._partial))

    def render_line(self, y: int) -> Strip:
        """One row of what is in view."""
        x, top = self.scroll_offset
        row = y + top - self._head
        if row < 0:
            lost = f"… {self._lost / 1e6:,.1f} MB more was printed"
            muted = self.get_component_rich_style("output--note")
            return Strip([Segment(lost if self._lost else self._empty, muted)])
        if row > len(self._lines) or (row == len(self._lines) and not self._partial):
            return Strip.blank(self.size.width, self.rich_style)
        line = self._lines[row] if row < len(self._lines) else self._partial
        text = escaped(last_state(line[:MOST_READ]))[:LONGEST]
        return Strip([Segment(text, self.rich_style)]).crop_extend(
            x, x + self.size.width, self.rich_style
        )
