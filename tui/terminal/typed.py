"""What a terminal sends, as messages. What cannot be understood is passed over.

Textual's parser raises for some of what terminals may send (the release of a key, a character that
there is none of), and then understands nothing any more: an app that is deaf for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from textual._xterm_parser import XTermParser
from textual.message import Message

SEQUENCES = re.compile("(?=\x1b)")

SEQUENCE = re.compile(r"\A\x1b?\[?[0-?]*[ -/]*[@-~]?")
"""A sequence, or the end of one whose beginning came before."""


class Typed:
    """Reads keys, mouse and replies; goes on whatever comes."""

    def __init__(self) -> None:
        self._parser = XTermParser()

    def feed(self, text: str) -> Iterator[Message]:
        """What this says, and what was left open before."""
        for piece in filter(None, SEQUENCES.split(text)):
            try:
                yield from self._parser.feed(piece)
            except (ValueError, OverflowError, LookupError):
                self._parser = XTermParser()
                found = SEQUENCE.match(piece)
                yield from self.feed(piece[max(1, found.end() if found else 1) :])

    def tick(self) -> Iterator[Message]:
        """What nothing came behind for long enough; called now and then."""
        try:
            yield from self._parser.tick()
        except (ValueError, OverflowError, LookupError):
            self._parser = XTermParser()
