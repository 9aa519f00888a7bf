"""The newest output of a run, in a bounded buffer: what a flood pushes out is counted."""

from __future__ import annotations

INTERVAL_SECONDS = 0.05
"""Printed text is passed on at most this often."""

MOST_BYTES = 8192
"""Of the text between two such moments, the end that is passed on."""


class Tail:
    """The newest bytes of an output stream, and how many older ones were dropped."""

    def __init__(self) -> None:
        self.due = 0.0
        self._kept = bytearray()
        self._lost = 0

    def __bool__(self) -> bool:
        return bool(self._kept)

    def add(self, data: bytes) -> None:
        """Keep the end of everything written so far."""
        self._kept += data
        over = len(self._kept) - MOST_BYTES
        if over > 0:
            del self._kept[:over]
            self._lost += over

    def take(self, now: float) -> tuple[str, int]:
        """The text to pass on and the bytes lost before it; the next is due a moment later."""
        text, lost = self._kept.decode("utf-8", "replace"), self._lost
        self._kept.clear()
        self._lost = 0
        self.due = now + INTERVAL_SECONDS
        return text, lost
