"""The writer thread: puts bytes on the terminal, so that nobody else ever waits for the line."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

PIECE = 1024
"""Bytes written at once: less than what a terminal's buffer holds, so that progress is seen."""

MOST_WAITING = 1 << 20
"""Bytes that may wait; a line that takes no more for so long has lost the rest."""


class Writer:
    """Writes to a descriptor in a thread of its own.

    Args:
        fd: where to; it may block for ever.
        on_drained: called from the thread whenever everything was accepted.
        on_gone: called from the thread, once, when the terminal is no more.
    """

    def __init__(
        self, fd: int, on_drained: Callable[[], None], on_gone: Callable[[], None]
    ) -> None:
        self._fd = fd
        self._on_drained, self._on_gone = on_drained, on_gone
        self._waiting = bytearray()
        self._wake = threading.Condition()
        self._is_closing = False
        self._thread = threading.Thread(target=self._work, name="terminal-output", daemon=True)
        self.accepted = 0
        """Bytes the terminal has taken so far."""
        self._thread.start()

    @property
    def backlog(self) -> int:
        """Bytes that the terminal has not taken yet."""
        return len(self._waiting)

    def write(self, data: bytes) -> None:
        """Have this written after all that was asked for before; never waits."""
        with self._wake:
            if len(self._waiting) < MOST_WAITING:
                self._waiting += data
            self._wake.notify()

    def close(self, seconds: float) -> bool:
        """Write what is left for so long at most; whether all of it was."""
        with self._wake:
            self._is_closing = True
            self._wake.notify()
        self._thread.join(seconds)
        return not self._waiting

    def _work(self) -> None:
        while piece := self._next():
            try:
                n = os.write(self._fd, piece)
            except OSError:
                self._waiting.clear()
                self._on_gone()
                return
            with self._wake:
                del self._waiting[:n]
                self.accepted += n
                is_drained = not self._waiting
            if is_drained and not self._is_closing:
                self._on_drained()

    def _next(self) -> bytes:
        """The next piece, once there is one; nothing when this is over."""
        with self._wake:
            while not self._waiting and not self._is_closing:
                self._wake.wait()
            return bytes(self._waiting[:PIECE])
