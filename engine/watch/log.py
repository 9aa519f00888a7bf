"""The append-only log of a watched script: lines of the protocol, read from any offset."""

from __future__ import annotations

import os
from pathlib import Path

MOST_WAITING = 64 << 20
"""Bytes kept in memory while the disk takes none; beyond that nothing more is logged."""


class Log:
    """A file that is appended to. When the disk is full the end waits in memory."""

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_CREAT | os.O_APPEND | os.O_RDWR, 0o600)
        self._written = os.fstat(self._fd).st_size
        self._waiting = bytearray()
        self.lost = 0
        """Bytes there was no room for anywhere."""

    @property
    def end(self) -> int:
        """Where the next line will start, in bytes."""
        return self._written + len(self._waiting)

    def append(self, lines: bytes) -> None:
        """Add whole lines."""
        if len(self._waiting) + len(lines) > MOST_WAITING:
            self.lost += len(lines)
        else:
            self._waiting += lines
        self.flush()

    def flush(self) -> bool:
        """Write what waits; False when the disk does not take it."""
        while self._waiting:
            try:
                count = os.write(self._fd, memoryview(self._waiting)[: 1 << 20])
            except OSError:
                return False
            del self._waiting[:count]
            self._written += count
        return True

    def read(self, at: int, most: int) -> bytes:
        """Bytes from a place on; none at the end."""
        if at < self._written:
            return os.pread(self._fd, min(most, self._written - at), at)
        start = at - self._written
        return bytes(self._waiting[start : start + most])

    def close(self) -> None:
        """Close the file."""
        os.close(self._fd)
