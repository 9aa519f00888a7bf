"""Run a learner's source text as a module, within limits of time and file size."""

from __future__ import annotations

import builtins
import linecache
import resource
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

from engine.process.failure import LIBRARY, OURS
from engine.process.in_line import seconds_in_line

REPEAT_SECONDS = 0.1
"""Code that swallowed the end of its time is told again this often."""

LARGEST_FILE = 1 << 30
"""Bytes of one file that learner's code may write."""


class TimeUp(BaseException):
    """The time limit has passed; the traceback says what was at work."""


def compiled(source: str, file: str) -> CodeType:
    """The source as code; tracebacks will show its lines.

    Raises:
        SyntaxError: it is no Python. RecursionError, MemoryError: it nests too deeply.
    """
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    return compile(source, file, "exec", dont_inherit=True)


def module(name: str, file: str) -> ModuleType:
    """An empty module that the code can be run in, and pickled from, under that name."""
    made = ModuleType(name)
    made.__file__ = file
    sys.modules[name] = made
    return made


class Restored:
    """Whatever the code in the block does to Python's built-in names, we find them as they were.

    Code that assigns to ``builtins.len`` fails by that itself; what reports it must not.
    """

    def __enter__(self) -> None:
        """Note how things are."""
        self._names = dict(vars(builtins))
        self._deepest = sys.getrecursionlimit()

    def __exit__(self, *_: object) -> None:
        """Put it back; calls no built-in name before they are all there."""
        builtins.__dict__.update(self._names)
        sys.setrecursionlimit(self._deepest)


class Limited:
    """Raise `TimeUp` in the block when it takes longer than this; 0: never.

    It is time on the wall clock, less what was spent in line for a processor: that others are at
    work on the machine is no fault of the code.
    It is raised in the learner's code, or in what that has called, and never in ours: a message
    must not be cut in two.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._before: Any = None
        self._began = 0.0

    def __enter__(self) -> None:
        """Set the alarm; it repeats, since code may swallow what is raised."""
        if self._seconds:
            self._began = time.monotonic() - seconds_in_line()
            self._before = signal.signal(signal.SIGALRM, self._ring)
            signal.setitimer(signal.ITIMER_REAL, self._seconds, REPEAT_SECONDS)

    def __exit__(self, *_: object) -> None:
        """Cancel it."""
        if self._seconds:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._before)

    def _ring(self, number: int, frame: FrameType | None) -> None:
        left = self._seconds - (time.monotonic() - seconds_in_line() - self._began)
        if left > 0:
            signal.setitimer(signal.ITIMER_REAL, max(left, REPEAT_SECONDS), REPEAT_SECONDS)
        else:
            _time_up(number, frame)


class Interrupted(KeyboardInterrupt):
    """The run was interrupted from outside; a `KeyboardInterrupt` is the code's own."""


class Interruptible:
    """In the block an interrupt from outside is told from one that the code raises itself."""

    def __enter__(self) -> None:
        """Take the signal over."""
        self._before = signal.signal(signal.SIGINT, _interrupted)

    def __exit__(self, *_: object) -> None:
        """Give it back."""
        signal.signal(signal.SIGINT, self._before)


def _interrupted(_number: int, _frame: FrameType | None) -> None:
    raise Interrupted


def _time_up(_number: int, frame: FrameType | None) -> None:
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(OURS):
            return
        if not any(part in file for part in LIBRARY):
            break
        frame = frame.f_back
    raise TimeUp


def limit_files(most: int = LARGEST_FILE) -> None:
    """Files cannot grow without bound; writing beyond it raises OSError."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))


def left_behind() -> str:
    """What the code started and did not end, as a sentence; empty when nothing."""
    threads = sum(not thread.daemon for thread in threading.enumerate()[1:])
    counted = [(threads, "thread", "threads"), (_children(), "child process", "child processes")]
    words = [f"{n} {one if n == 1 else many}" for n, one, many in counted if n]
    if not words:
        return ""
    verb = "was" if len(words) == 1 and max(threads, _children()) == 1 else "were"
    return f"{' and '.join(words)} {verb} still running at the end, and now ended."


def _children() -> int:
    with suppress(OSError):
        listed = (path.read_text() for path in Path("/proc/self/task").glob("*/children"))
        return sum(len(text.split()) for text in listed)
    return 0
