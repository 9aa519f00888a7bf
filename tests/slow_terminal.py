"""A terminal at the far end of a slow line: so many bytes a second, so long each way, stalls."""

from __future__ import annotations

import os
import select
import time
from collections import deque
from typing import Any

from tests.terminal import EndedError, Terminal, encoded

QUESTION = b"\x1b[6n"

SMALLEST = 200
"""Bytes that travel together."""


class SlowTerminal(Terminal):
    """What the program writes waits in a buffer, as in ssh and the network, and drains slowly.

    Args:
        rate: bytes a second from the program to the terminal.
        delay: seconds each way.
        buffer: bytes that wait on the way before the program itself has to.
        answers: whether the terminal says where its cursor is, when asked.
    """

    def __init__(
        self,
        *arguments: Any,
        rate: float = 30_000.0,
        delay: float = 0.2,
        buffer: int = 200_000,
        answers: bool = True,
        **settings: Any,
    ) -> None:
        self.rate, self.delay, self.buffer, self.answers = rate, delay, buffer, answers
        self.is_stalled = False
        self.written = 0
        """Bytes that the program has written."""
        self._waiting = bytearray()
        self._under_way: deque[tuple[float, bytes]] = deque()
        self._to_program: deque[tuple[float, bytes]] = deque()
        self._drained_at = time.monotonic()
        super().__init__(*arguments, **settings)

    def press(self, *keys: str) -> None:
        """Press keys; they arrive later."""
        for key in keys:
            self._to_program.append((time.monotonic() + self.delay, encoded(key)))

    def read(self, seconds: float) -> int:
        """Let the line work until something arrives, or for so long; bytes that arrived."""
        end = time.monotonic() + seconds
        while True:
            now = time.monotonic()
            self._deliver_keys(now)
            self._drain(now)
            if arrived := self._arrive(now):
                return arrived
            if now >= end:
                return 0
            self._listen(min(end, self._next_event(now)) - now)

    def _deliver_keys(self, now: float) -> None:
        while self._to_program and self._to_program[0][0] <= now:
            os.write(self._fd, self._to_program.popleft()[1])

    def _drain(self, now: float) -> None:
        """Put on its way what the rate allows."""
        passed, self._drained_at = now - self._drained_at, now
        allowed = int(passed * self.rate)
        if self.is_stalled or not self._waiting:
            return
        if allowed < min(SMALLEST, len(self._waiting)):
            # Not enough for a packet yet: the time counts later.
            self._drained_at = now - passed
            return
        piece = bytes(self._waiting[:allowed])
        del self._waiting[:allowed]
        self._under_way.append((now + self.delay, piece))

    def _arrive(self, now: float) -> int:
        arrived = 0
        while self._under_way and self._under_way[0][0] <= now:
            data = self._under_way.popleft()[1]
            arrived += len(data)
            self.received += len(data)
            self._undrawn += data
            self._answer(now)
        return arrived

    def _answer(self, now: float) -> None:
        """Answer what was asked, once all before it has come."""
        while (at := self._undrawn.find(QUESTION)) >= 0:
            del self._undrawn[at : at + len(QUESTION)]
            if self.answers:
                row, column = self._screen.cursor.y + 1, self._screen.cursor.x + 1
                answer = f"\x1b[{row};{column}R".encode()
                self._to_program.append((now + self.delay, answer))

    def _next_event(self, now: float) -> float:
        moments = [at for at, _ in [*list(self._to_program)[:1], *list(self._under_way)[:1]]]
        if self._waiting and not self.is_stalled:
            moments.append(self._drained_at + min(SMALLEST, len(self._waiting)) / self.rate)
        return max(now, min(moments, default=now + 1.0))

    def _listen(self, seconds: float) -> None:
        """Take what the program writes, as far as the buffers have room."""
        full = len(self._waiting) >= self.buffer
        ready, _, _ = select.select([] if full else [self._fd], [], [], max(0.0, seconds))
        if not ready:
            return
        try:
            data = os.read(self._fd, min(4096, self.buffer - len(self._waiting)))
        except OSError:
            data = b""
        if not data:
            if self._waiting or self._under_way:
                time.sleep(0)
                return
            raise EndedError(f"the program ended\n{self.text}")
        if not self._waiting:
            # The line was idle: it cannot send what was not there yet.
            self._drained_at = time.monotonic()
        self.written += len(data)
        self.raw += data
        self._waiting += data
