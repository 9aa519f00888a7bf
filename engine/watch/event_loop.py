"""An event loop of file descriptors: what to call when one of them can be read or written."""

from __future__ import annotations

import selectors
from collections.abc import Callable
from contextlib import suppress

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class EventLoop:
    """Waits for many things in a single thread."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()

    def add(self, fd: int, act: Callable[[], object]) -> None:
        """From now on, call ``act`` whenever ``fd`` can be read."""
        self._selector.register(fd, READ, act)

    def change(self, fd: int, when: int, act: Callable[[], object]) -> None:
        """Call ``act`` when it can be read, written or either: `READ`, `WRITE` or both."""
        self._selector.modify(fd, when, act)

    def remove(self, fd: int) -> None:
        """Wait for it no longer; one that is not waited for already is left alone."""
        with suppress(KeyError, ValueError):
            self._selector.unregister(fd)

    def turn(self, seconds: float) -> None:
        """Wait until something can be done, at most so long, and do it."""
        for key, _ in self._selector.select(seconds):
            key.data()
