"""Words that are looked for in a text, and where they stand."""

from __future__ import annotations

from collections.abc import Iterator

from tui.widgets import editing

Place = tuple[int, int]
"""Row and column, counted from 0."""


class Matches:
    """All places of some words, from the top."""

    def __init__(self) -> None:
        self.words = ""
        self._places: list[Place] = []

    def look(self, words: str, lines: list[str]) -> None:
        """Look for words; for none, forget the places."""
        self.words = words
        self._places = editing.occurrences(lines, words) if words else []

    def __len__(self) -> int:
        """How many there are."""
        return len(self._places)

    @property
    def width(self) -> int:
        """Columns of a match."""
        return len(self.words)

    def columns(self, row: int) -> Iterator[int]:
        """Where in a row they begin."""
        return (column for each, column in self._places if each == row)

    def number(self, here: Place) -> int:
        """Which of them begins here, from 1; 0 for none."""
        return self._places.index(here) + 1 if here in self._places else 0

    def first(self, here: Place) -> Place | None:
        """The first from here on, around the end; None where there are none."""
        ahead = (place for place in self._places if place >= here)
        return next(ahead, self._places[0] if self._places else None)

    def beside(self, here: Place, by: int) -> Place | None:
        """The next one behind here (1), or the one before (-1), around the ends."""
        if not self._places:
            return None
        if by > 0:
            return next((place for place in self._places if place > here), self._places[0])
        before = [place for place in self._places if place < here]
        return before[-1] if before else self._places[-1]
