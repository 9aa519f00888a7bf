"""A write buffer in front of a file descriptor: writing never blocks unless asked to."""

from __future__ import annotations

import os
import select
import time


class Outbox:
    """A queue in front of a file descriptor that may be slow, full or closed."""

    def __init__(self, fd: int) -> None:
        os.set_blocking(fd, False)
        self.fd = fd
        self.closed = False
        self._waiting = bytearray()

    def __len__(self) -> int:
        """Bytes not yet written."""
        return len(self._waiting)

    def add(self, data: bytes) -> None:
        """Queue ``data`` (whole lines: a reader must never wait for the end of one)."""
        if not self.closed:
            self._waiting += data

    def pump(self) -> bool:
        """Write what fits now; True when nothing is left."""
        while self._waiting:
            try:
                written = os.write(self.fd, memoryview(self._waiting)[: 1 << 18])
            except BlockingIOError:
                return False
            except OSError:
                self.closed = True
                self._waiting.clear()
                return True
            del self._waiting[:written]
        return True

    def drain(self, seconds: float) -> bool:
        """Write everything, waiting up to ``seconds``; True when nothing is left."""
        end = time.monotonic() + seconds
        while not self.pump():
            left = end - time.monotonic()
            if left <= 0:
                return False
            select.select([], [self.fd], [], left)
        return True
