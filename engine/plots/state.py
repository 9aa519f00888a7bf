"""What a person set while looking at a picture: cursor, zoom, scroll and slices."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_ZOOM = 4096


@dataclass
class State:
    """Set by keys, read by whatever draws; positions are clamped where they are used."""

    cursor: tuple[int, int] | None = None
    """Column and row of the cell that is read, inside the frame; None while nothing is read."""
    zoom: int = 1
    """The last ``1 / zoom`` of x is shown."""
    scroll: tuple[int, int] = (0, 0)
    """First row and column shown of what is larger than its place."""
    slices: list[int] = field(default_factory=list)
    """The index shown of every dimension of a tensor before its last two."""
    compact: bool | None = None
    """Colours only (True) or values (False) in a grid; None: as the options say."""
    colorless: bool = False
    size: tuple[int, int] = (1, 1)
    """Columns and rows the cursor can move in, as last drawn."""

    def clamped(self, columns: int, rows: int) -> tuple[int, int]:
        """The cursor inside a place of this size, which it remembers."""
        self.size = columns, rows
        column, row = self.cursor or (0, 0)
        self.cursor = min(max(column, 0), columns - 1), min(max(row, 0), rows - 1)
        return self.cursor
