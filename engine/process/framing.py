"""Line framing: how long a line of the protocol may be, and a stream of bytes cut into lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

MAX_LINE = 4 << 20
"""Longest line either end accepts, in bytes."""


class Lines:
    """Cuts a byte stream into lines; a line over `MAX_LINE` is dropped, not kept in memory."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._skipping = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The lines that ``data`` completes, without their newlines."""
        self._rest += data
        *whole, rest = bytes(self._rest).split(b"\n") if b"\n" in data else [bytes(self._rest)]
        self._rest = bytearray(rest)
        yield from self._kept(whole)
        if len(self._rest) > MAX_LINE:
            self._rest.clear()
            self._skipping = True

    def _kept(self, whole: Iterable[bytes]) -> Iterator[bytes]:
        for line in whole:
            if self._skipping:
                self._skipping = False
            elif line and len(line) <= MAX_LINE:
                yield line
