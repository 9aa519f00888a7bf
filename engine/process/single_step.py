"""One step of an experiment: when it is over, which lines it ran, and where it waits."""

from __future__ import annotations

import inspect
import sys
from types import FrameType
from typing import Any

from engine.views import AnyView, Scalars


class SingleStep:
    """A step is over with the scalars of one, or before a picture changes for the second time.

    The lines of the experiment are watched only while it takes single steps.
    """

    def __init__(self, generator: Any) -> None:
        """``generator``: anything else than a generator simply has no lines."""
        self._frame: FrameType | None = getattr(generator, "gi_frame", None)
        self._generator = generator
        self._ran: dict[int, None] = {}
        self._shown: set[tuple[str, str]] = set()

    def send(self, value: Any) -> Any:
        """The generator's ``send``, with its lines noted: Python is slower meanwhile."""
        before = sys.gettrace()
        sys.settrace(self._call)
        try:
            return self._generator.send(value)
        finally:
            sys.settrace(before)

    def is_over_before(self, view: AnyView | Scalars) -> bool:
        """Whether this view belongs to the next step: its picture has changed in this one."""
        is_over = not isinstance(view, Scalars) and view.key in self._shown
        if is_over:
            self._shown.clear()
        return is_over

    def ends_with(self, view: AnyView | Scalars, *, alone: bool = False) -> bool:
        """Whether the step is over when this has been shown; ``alone``: whatever it is."""
        if alone or isinstance(view, Scalars):
            self._shown.clear()
            return True
        self._shown.add(view.key)
        return False

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
