"""Follows a learner's file line by line, and holds the run where the screen wants it held."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from time import perf_counter
from types import FrameType, TracebackType
from typing import Any

from engine.process.control import Control, Stopped
from engine.process.failure import words_of
from engine.process.feed import Feed
from engine.process.protocol import Script, Start
from engine.process.protocol import Stopped as StoppedAt
from engine.process.stops import Walking
from engine.scope.backward import following_backward
from engine.scope.lines import Lines
from engine.scope.recorder import Recorder
from engine.scope.steps import following_steps

WHOLE = 300
"""Lines after a command that are all recorded; after that as many as `SHARE` allows."""

SHARE = 0.1
"""Part of a run's time that recording may take while it runs on."""


class Microscope:
    """Counts the lines of one file as they come; records stops, and waits at some of them."""

    def __init__(self, run_id: int, file: str, lines: Lines, feed: Feed, control: Control) -> None:
        self.recorder = Recorder(lines)
        self._run_id, self._file, self._lines = run_id, file, lines
        self._feed, self._control = feed, control
        self._number = -1
        self._to: Walking = "line"
        self._since = 0
        """Lines since the last command."""
        self._began = self._spent = 0.0

    def trace(self, frame: FrameType, _event: str, _argument: Any) -> Callable[..., Any] | None:
        """For `sys.settrace`: frames of other files are left alone."""
        return self._local if frame.f_code.co_filename == self._file else None

    def _local(self, frame: FrameType, event: str, _argument: Any) -> Callable[..., Any]:
        if event == "line":
            self._line(frame)
        return self._local

    def _line(self, frame: FrameType) -> None:
        self._number += 1
        self._since += 1
        now = perf_counter()
        if self._to != "line" and now >= self._control.due:
            self._control.walk = None
            self._control.poll(now)
            self._to = self._control.walk or self._to
        held = self._is_wanted(frame.f_lineno)
        if not held and not self._may_record(now):
            return
        stop = self.recorder.stop(frame, self._number)
        self._feed.send(StoppedAt(self._run_id, stop=stop, held=held))
        self._spent += perf_counter() - now
        if held:
            self._wait()

    def _is_wanted(self, line: int) -> bool:
        match self._to:
            case "line":
                return True
            case "pass":
                return line in self._lines.loops
            case "backward":
                return line in self._lines.backward
        return False

    def _may_record(self, now: float) -> bool:
        is_due = self._since <= WHOLE or self._spent <= SHARE * (now - self._began)
        return is_due and self._feed.has_room()

    def _wait(self) -> None:
        self._feed.flush()
        self._to = self._control.await_walk()
        self._since, self._began, self._spent = 0, perf_counter(), 0.0

    def raised(self, error: BaseException) -> None:
        """Record where the file raised, with the names as they were; the run goes on to its end."""
        place = _innermost(error.__traceback__, self._file)
        if place is None:
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


def over(start: Start, job: Script, feed: Feed, control: Control) -> AbstractContextManager[None]:
    """The microscope over this script, where it was asked for."""
    if not start.scope:
        return nullcontext()
    file = job.file or "scratch.py"
    return _over(Microscope(start.run_id, file, Lines(job.code), feed, control))


@contextmanager
def _over(scope: Microscope) -> Iterator[None]:
    before = sys.gettrace()
    with following_backward(scope.recorder), following_steps(scope.recorder):
        sys.settrace(scope.trace)
        try:
            yield
        except (Stopped, KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            sys.settrace(before)
            scope.raised(error)
            raise
        finally:
            sys.settrace(before)
