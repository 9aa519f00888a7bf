"""Commands to a run while it runs: stop, pause, resume, one step, turn a knob."""

from __future__ import annotations

import os
import select
from time import perf_counter
from typing import Any

from engine.process.framing import Lines
from engine.process.protocol import Pause, Resume, Step, Stop, Turn, Walk, decode_command
from engine.process.stops import Walking

POLL_SECONDS = 0.01
"""How often a running experiment looks for commands."""


class Stopped(BaseException):
    """The learner asked the run to end. Code that catches every `Exception` lets it pass."""


class Control:
    """Commands for this run, read without waiting, or waited for while it is paused."""

    def __init__(self, fd: int, *, paused: bool) -> None:
        os.set_blocking(fd, False)
        self.paused = paused
        self._steps = 0
        self.one_view = False
        """A single step is over with the first view."""
        self.walk: Walking | None = None
        """How far a run under the microscope is to go; None: it is to wait."""
        self.changes: dict[str, Any] = {}
        self.due = 0.0
        """When to look for commands again."""
        self._fd = fd
        self._lines = Lines()

    @property
    def single_step(self) -> bool:
        """Whether a single step is asked for."""
        return self._steps > 0

    def step_taken(self) -> bool:
        """One of the steps that were asked for is over; True."""
        self._steps = max(0, self._steps - 1)
        return True

    def poll(self, now: float) -> None:
        """Read what has come; raises `Stopped`."""
        self.due = now + POLL_SECONDS
        self._read()

    def wait(self) -> None:
        """Wait while the run is paused; raises `Stopped`."""
        while self.paused and not self.single_step:
            select.select([self._fd], [], [])
            self._read()

    def await_walk(self) -> Walking:
        """Wait at a stop of the microscope; raises `Stopped`."""
        self.walk = None
        while (walk := self._asked()) is None:
            select.select([self._fd], [], [])
            self._read()
        return walk

    def _asked(self) -> Walking | None:
        return self.walk

    def rest(self, until: float) -> None:
        """Let time pass, but not a command; raises `Stopped`."""
        while not self.paused and (left := until - perf_counter()) > 0:
            if select.select([self._fd], [], [], left)[0]:
                self._read()

    def taken(self) -> dict[str, Any] | None:
        """The knobs turned since the last call, or None."""
        if not self.changes:
            return None
        changes, self.changes = self.changes, {}
        return changes

    def _read(self) -> None:
        try:
            data = os.read(self._fd, 65536)
        except BlockingIOError:
            return
        if not data:
            raise Stopped
        for line in self._lines.feed(data):
            self._obey(decode_command(line))

    def _obey(self, command: object) -> None:
        match command:
            case Stop():
                raise Stopped
            case Pause():
                self.paused = True
            case Resume():
                self.paused, self._steps = False, 0
            case Step(view=view):
                self.paused, self.one_view = True, view
                self._steps += 1
            case Walk(to=to):
                self.walk = to
            case Turn(name=name, value=value):
                self.changes[name] = value
