"""Tells of the lines of one file as they come, in one thread.

`sys.monitoring` costs the code of other files nothing, once it has been seen; Python before 3.12
has `sys.settrace` alone, which is asked at every call.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import currentframe
from threading import get_ident
from types import CodeType, FrameType
from typing import Any

from engine.process.aside import is_aside

WITHIN = {"<lambda>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}
"""Frames that are part of a statement, to whoever reads the file."""

MONITORING: Any = None
if sys.version_info >= (3, 12):
    MONITORING = sys.monitoring

Entered = Callable[[FrameType], None]
Came = Callable[[FrameType, int], None]
"""A frame has come to a line."""


@contextmanager
def following(file: str, entered: Entered, came: Came, *, writes: bool = False) -> Iterator[None]:
    """In this block both are called for every frame of the file in this thread.

    With ``writes``, what they write into the names of a frame counts there: before Python 3.13 that
    is so for `sys.settrace` alone.
    """

    def began(frame: FrameType) -> None:
        if not is_aside():
            entered(frame)

    def at(frame: FrameType, line: int) -> None:
        if not is_aside():
            came(frame, line)

    is_traced = writes and sys.version_info < (3, 13)
    stop = (None if is_traced else _monitored(file, began, at)) or _traced(file, began, at)
    # What a worker of a data loader does is not the run: it has no screen to wait for.
    os.register_at_fork(after_in_child=stop)
    try:
        yield
    finally:
        stop()


def _is_followed(code: CodeType, file: str) -> bool:
    return code.co_filename == file and code.co_name not in WITHIN


def _traced(file: str, entered: Entered, came: Came) -> Callable[[], None]:
    def called(frame: FrameType, _event: str, _argument: Any) -> Callable[..., Any] | None:
        if not _is_followed(frame.f_code, file):
            return None
        entered(frame)
        return within

    def within(frame: FrameType, event: str, _argument: Any) -> Callable[..., Any]:
        if event == "line":
            came(frame, frame.f_lineno)
        return within

    before = sys.gettrace()
    sys.settrace(called)
    return lambda: sys.settrace(before)


def _monitored(file: str, entered: Entered, came: Came) -> Callable[[], None] | None:
    """None where Python has no such thing, or somebody else uses it."""
    monitoring = MONITORING
    if monitoring is None or monitoring.get_tool(monitoring.DEBUGGER_ID) is not None:
        return None
    tool, events, here = monitoring.DEBUGGER_ID, monitoring.events, get_ident()

    def started(code: CodeType, _offset: int) -> Any:
        if not _is_followed(code, file):
            return monitoring.DISABLE
        monitoring.set_local_events(tool, code, events.LINE)
        frame = currentframe()
        if frame is not None and frame.f_back is not None and get_ident() == here:
            entered(frame.f_back)
        return None

    def line(_code: CodeType, number: int) -> None:
        frame = currentframe()
        if frame is not None and frame.f_back is not None and get_ident() == here:
            came(frame.f_back, number)

    def stop() -> None:
        monitoring.set_events(tool, 0)
        for event in (events.PY_START, events.LINE):
            monitoring.register_callback(tool, event, None)
        monitoring.free_tool_id(tool)

    monitoring.use_tool_id(tool, "tocha")
    monitoring.register_callback(tool, events.PY_START, started)
    monitoring.register_callback(tool, events.LINE, line)
    monitoring.set_events(tool, events.PY_START)
    return stop
