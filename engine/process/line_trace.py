"""Which lines of a generator ran in one step, and where it waits."""

from __future__ import annotations

import inspect
import sys
from types import FrameType
from typing import Any


class LineTrace:
    """Watches the lines of one generator, and only while it is asked to."""

    def __init__(self, generator: Any) -> None:
        """``generator``: anything else than a generator simply has no lines."""
        self._frame: FrameType | None = getattr(generator, "gi_frame", None)
        self._generator = generator
        self._ran: dict[int, None] = {}

    def send(self, value: Any) -> Any:
        """The generator's ``send``, with its lines noted: Python is slower meanwhile."""
        before = sys.gettrace()
        sys.settrace(self._call)
        try:
            return self._generator.send(value)
        finally:
            sys.settrace(before)

    def taken(self) -> list[int]:
        """The lines that were noted since the last call, then the one the generator waits at.

        Empty for a generator that has not begun, or has ended.
        """
        ran, self._ran = self._ran, {}
        frame = self._frame
        if frame is None or inspect.getgeneratorstate(self._generator) != inspect.GEN_SUSPENDED:
            return []
        ran.pop(frame.f_lineno, None)
        return [*ran, frame.f_lineno]

    def _call(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        return self._line if frame is self._frame else None

    def _line(self, frame: FrameType, event: str, _argument: Any) -> Any:
        if event == "line":
            self._ran.pop(frame.f_lineno, None)
            self._ran[frame.f_lineno] = None
        return self._line
