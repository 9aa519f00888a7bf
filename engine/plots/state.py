"""What a person set while looking at a picture: cursor, zoom, scroll and slices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

MOST_ZOOM = 4096


class Reading(Enum):
    """What the arrow keys do in the picture last drawn."""

    NOTHING = auto()
    CURSOR = auto()
    SCROLL = auto()


@dataclass
class State:
    """Set by keys, read by whatever draws; positions are clamped where they are used."""

    reading: Reading = Reading.NOTHING
    cursor: tuple[int, int] | None = None
    """Column and row of the cell (of a grid: the element) that is read; None while none is."""
    unplaced: bool = False
    """The cursor was asked for and waits for the picture to say where it begins."""
    zoom: int = 1
    """The last ``1 / zoom`` of x is shown."""
    scroll: tuple[int, int] = (0, 0)
    """First column and row shown of what is larger than its place."""
    asked: Mapping[str, Sequence[str | int]] = field(default_factory=dict)
    """Rows of tables, by the table's name, that are to be seen: their first entry, or which."""
    hidden: tuple[int, int] = (0, 0)
    """How many columns and rows there are to scroll over, as last drawn."""
    slice: int = 0
    """Which slice of a tensor is shown, counted through all but its last two dimensions."""
    slices: int = 1
    """How many there are, as last drawn."""
    compact: bool | None = None
    """Colours only (True) or values (False) in a grid; None: as the options say."""
    compacted: bool = False
    """Whether the grid last drawn was in colours only."""
    colorless: bool = False
    halves: bool = True
    """Whether a cell can have two colours of a surface: there are enough of them."""
    size: tuple[int, int] = (1, 1)
    """Columns and rows the cursor can move in, as last drawn."""
    origin: tuple[int, int] | None = None
    """Column and row of the whole picture where a chart's data begin; None without a chart."""
    elements: tuple[int, int, int, int, int] | None = None
    """Column and row where a grid's elements begin, how many columns each has, and which column and
    row of the tensor is the first; None without a grid."""

    def place(self, column: int, row: int) -> None:
        """Where the cursor begins, if it has just been asked for."""
        if self.unplaced:
            self.cursor, self.unplaced = (column, row), False

    def clamped(self, columns: int, rows: int) -> tuple[int, int]:
        """The cursor inside a place of this size, which it remembers."""
        self.size = columns, rows
        column, row = self.cursor or (0, 0)
        self.cursor = _inside(column, columns - 1), _inside(row, rows - 1)
        return self.cursor

    def window(self, columns: int, rows: int, whole: tuple[int, int]) -> tuple[int, int]:
        """First column and row to show of a whole (columns, rows) in a place of this size."""
        self.reading = Reading.SCROLL
        self.hidden = max(whole[0] - columns, 0), max(whole[1] - rows, 0)
        self.scroll = (
            _inside(self.scroll[0], self.hidden[0]),
            _inside(self.scroll[1], self.hidden[1]),
        )
        return self.scroll

    def move(self, across: int, down: int) -> bool:
        """Move cursor or scroll by cells; False where that changes nothing."""
        if self.reading is Reading.SCROLL:
            column, row = self.scroll
            self.scroll = (
                _inside(column + across, self.hidden[0]),
                _inside(row + down, self.hidden[1]),
            )
            return self.scroll != (column, row)
        if self.reading is Reading.CURSOR and self.cursor is None:
            self.cursor, self.unplaced = (0, 0), True
            return True
        if self.cursor is None:
            return False
        column, row = self.cursor
        moved = _inside(column + across, self.size[0] - 1), _inside(row + down, self.size[1] - 1)
        changed, self.cursor = moved != self.cursor, moved
        return changed


def _inside(value: int, most: int) -> int:
    return min(max(value, 0), max(most, 0))
