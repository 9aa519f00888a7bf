"""Follows a learner's file line by line, and holds the run where the screen wants it held."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from time import perf_counter
from types import FrameType, TracebackType

from engine.process.control import Control
from engine.process.failure import words_of
from engine.process.feed import Feed
from engine.process.protocol import Check, Script, Start
from engine.process.protocol import Stopped as StoppedAt
from engine.process.stops import Walking, WhatIf
from engine.scope.backward import following_backward
from engine.scope.changing import change
from engine.scope.following import following
from engine.scope.lines import Lines
from engine.scope.recorder import Recorder
from engine.scope.steps import following_steps

LOOK_SECONDS = 0.1
"""How often a run that waits for its reader looks for commands."""

WHOLE = 300
"""Statements after a command that are all recorded; after that as many as `SHARE` allows."""

SHARE = 0.1
"""Part of a run's time that recording may take while it runs on."""

TOGETHER = 25
"""Statements recorded one after the other, when there is time for any: mostly more than a pass."""


class Microscope:
    """Counts the statements of one file as they come; records stops, and waits at some of them."""

    def __init__(self, start: Start, file: str, lines: Lines, feed: Feed, control: Control) -> None:
        self.recorder = Recorder(lines)
        self._run_id, self._file, self._lines = start.run_id, file, lines
        self._what_if = list(start.what_if)
        self._feed, self._control = feed, control
        self._number = -1
        self._to: Walking = "line"
        self._left = 0
        """Statements that are recorded whatever it takes."""
        self._began = self._spent = 0.0

    def comes_to(self, frame: FrameType, line: int) -> None:
        """A frame of the file is before this line."""
        if statement := self.recorder.moves(frame, line):
            self._begins(frame, statement)

    def _begins(self, frame: FrameType, statement: int) -> None:
        self._number += 1
        now = perf_counter()
        if now >= self._control.due:
            self._control.poll(now)
        if self._what_if:
            if self._number < self._what_if[0].at:
                self.recorder.passes(frame)
            else:
                self._changes(frame, statement, self._what_if.pop(0))
            return
        # The probe may have read it, after a step of the optimizer.
        if self._control.walk is not None:
            self._to, self._control.walk = self._control.walk, None
        held = self._is_wanted(statement)
        if not held and not self._may_record(now):
            self.recorder.passes(frame)
            return
        stop = self.recorder.stop(frame, self._number, line=statement)
        self._feed.send(StoppedAt(self._run_id, stop=stop, held=held))
        self._spent += perf_counter() - now
        if held:
            self._wait()

    def _changes(self, frame: FrameType, statement: int, asked: WhatIf) -> None:
        """Change what was asked for; wait there, if nothing more is to be changed."""
        names, failed = change(frame, statement, asked)
        if self._what_if:
            self.recorder.passes(frame)
            return
        self.recorder.knows(frame, asked.since)
        stop = self.recorder.stop(frame, self._number, line=statement, names=names)
        stop.change, stop.failed = asked.code, failed
        self._feed.send(StoppedAt(self._run_id, stop=stop, held=True))
        self._wait()

    def _is_wanted(self, statement: int) -> bool:
        match self._to:
            case "line":
                return True
            case "pass":
                return statement in self._lines.loops
            case "backward":
                return statement in self._lines.backward
        return False

    def _may_record(self, now: float) -> bool:
        if not self._left:
            if self._spent > SHARE * (now - self._began):
                return False
            self._left = TOGETHER
        self._left -= 1
        return self._feed.has_room()

    def _wait(self) -> None:
        # The screen asks for nothing before it has this stop.
        while not self._feed.settle(LOOK_SECONDS):
            self._control.poll(perf_counter())
        self._to = self._control.await_walk()
        self._left, self._began, self._spent = WHOLE, perf_counter(), 0.0

    def raised(self, error: BaseException) -> None:
        """Record where the file raised, with the names as they were; the run goes on to its end."""
        place = _innermost(error.__traceback__, self._file)
        if place is None or isinstance(error, SystemExit):
            return
        kind, message = words_of(error)
        told = f"{kind}: {message}" if message else kind
        stop = self.recorder.stop(place.tb_frame, self._number, line=place.tb_lineno, error=told)
        self._feed.send(StoppedAt(self._run_id, stop=stop))


def _innermost(trace: TracebackType | None, file: str) -> TracebackType | None:
    found = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            found = trace
        trace = trace.tb_next
    return found


def over(
    start: Start, job: Check | Script, feed: Feed, control: Control
) -> AbstractContextManager[Raised]:
    """The microscope over this code, where it was asked for; takes what the code raised."""
    if not start.scope:
        return nullcontext(_nobody)
    file = job.file or "scratch.py"
    scope = Microscope(start, file, Lines(job.code), feed, control)
    return _over(scope, file, writes=bool(start.what_if))


Raised = Callable[[BaseException], None]


def _nobody(_error: BaseException) -> None:
    """Without a microscope nothing is recorded."""


@contextmanager
def _over(scope: Microscope, file: str, *, writes: bool) -> Iterator[Raised]:
    recorder = scope.recorder
    with (
        following_backward(recorder),
        following_steps(recorder),
        following(file, recorder.enter, scope.comes_to, writes=writes),
    ):
        yield scope.raised
