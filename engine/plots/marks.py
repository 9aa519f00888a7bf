"""Colour, glyph and line style of a name: the same in every picture that shares a `Marks`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import ascii_lowercase

from engine.plots.cells import Ink
from engine.plots.options import Glyphs
from engine.plots.raster import Pattern

COLORS = 8
HEADS = "●■▲◆▼○□△"
"""What stands at the end of a line, by its colour."""
LETTERS = "*+#=&~$!"
"""What a line is made of in ASCII, by its colour."""
MORE = [letter for letter in ascii_lowercase if letter not in "ox"]  # those two are points
"""Heads, and what lines are made of, when all colours are in use."""
PATTERNS = (Pattern.SOLID, Pattern.DASHED, Pattern.DOTTED)


@dataclass(frozen=True, slots=True)
class Mark:
    """How one name is drawn; no two of the first thirty-two names share both colour and head."""

    place: int

    @property
    def ink(self) -> Ink:
        return Ink(Ink.SERIES_1 + self.place % COLORS)

    @property
    def dim(self) -> Ink:
        """For what lies behind the line."""
        return Ink(Ink.RAW_1 + self.place % COLORS)

    @property
    def pattern(self) -> Pattern:
        return PATTERNS[self.place // COLORS % len(PATTERNS)]

    @property
    def letter(self) -> str:
        """What its line is made of in ASCII."""
        return self._sign(LETTERS)

    @property
    def head(self) -> str:
        """What stands at its end."""
        return self._sign(HEADS)

    def sign(self, glyphs: Glyphs) -> str:
        """What stands for it in a legend."""
        return self.letter if glyphs is Glyphs.ASCII else self.head

    def _sign(self, first: str) -> str:
        rest = self.place - COLORS
        return first[self.place] if rest < 0 else MORE[rest % len(MORE)]


class Marks:
    """Names with their marks: those known beforehand in their order, others as they appear.

    ``same`` are names of what has another name in other pictures, and looks alike there.
    """

    def __init__(self, known: Iterable[str] = (), same: Mapping[str, str] | None = None) -> None:
        self._same = same or {}
        names = dict.fromkeys(map(self._one, known))
        self._places = {name: place for place, name in enumerate(names)}

    def of(self, name: str) -> Mark:
        """The mark of a name, for good."""
        return Mark(self._places.setdefault(self._one(name), len(self._places)))

    def _one(self, name: str) -> str:
        return self._same.get(name, name)
