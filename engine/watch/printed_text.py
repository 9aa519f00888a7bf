"""What a watched script prints: gathered for a moment, decoded, and thinned when it is a flood."""

from __future__ import annotations

import codecs
import time

from engine.process.protocol import Printed

GATHER_SECONDS = 0.05
"""Printed text is gathered so long: a print of several words is several writes."""

MOST_GATHERED = 1 << 18
"""Bytes beyond which nothing more is waited for."""

FREE_BYTES = 64 << 20
"""Printed bytes that are logged whole; after that a flood is thinned …"""

THINNED_BYTES = 8192
"""… to this much of what came between two moments."""


class PrintedText:
    """Bytes go in as they come; text comes out when it is due."""

    def __init__(self, *, is_error: bool = False) -> None:
        self._is_error = is_error
        self._waiting = bytearray()
        self._due = 0.0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._printed = self._lost = 0

    def __bool__(self) -> bool:
        return bool(self._waiting)

    @property
    def held(self) -> bytes:
        """What was taken in and has not come out, the first half of a character included."""
        return self._decoder.getstate()[0] + bytes(self._waiting)

    def add(self, data: bytes) -> None:
        """Take in what was printed."""
        if not self._waiting:
            self._due = time.monotonic() + GATHER_SECONDS
        self._waiting += data
        self._printed += len(data)
        over = len(self._waiting) - THINNED_BYTES
        if self._printed > FREE_BYTES and over > 0:
            self._lost += over
            del self._waiting[:over]

    def take(self, now: float) -> Printed | None:
        """The text so far, when it is due (``now`` is infinite at the end) or when it is much."""
        is_last = now == float("inf")
        if not self._waiting or (now < self._due and len(self._waiting) <= MOST_GATHERED):
            return None
        data = self._decoder.getstate()[0] + bytes(self._waiting)
        text = self._decoder.decode(bytes(self._waiting), final=is_last)
        self._waiting.clear()
        if not text:
            return None
        # A character of several bytes may have come in two halves: the first one waits.
        rest = len(self._decoder.getstate()[0])
        data = data[: len(data) - rest]
        printed = Printed(text=text, lost=self._lost, is_error=self._is_error)
        if text.encode() != data:
            printed.raw = data
        self._lost = 0
        return printed
