"""Makes stops: the names at a line, and which of them changed since the stop before."""

from __future__ import annotations

from types import FrameType

from engine.process.stops import Arrived, Stop, Updated
from engine.scope.lines import Lines
from engine.scope.values import Mark, describe, in_scope, mark


class Recorder:
    """One file's stops, one after the other."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._marks: dict[str, Mark] = {}
        self._since: dict[str, int] = {}
        """The line that last changed a name, where that is known."""
        self._last: tuple[int, int, int] | None = None
        """Number, line and frame of the stop before."""
        self._named: dict[int, str] = {}
        """What tensors were called at the stop before, by identity."""
        self.arrived: list[Arrived] = []
        self.updated: list[Updated] = []

    def stop(self, frame: FrameType, number: int, *, line: int = 0, error: str = "") -> Stop:
        """What there is to see in this frame now."""
        line = line or frame.f_lineno
        code = frame.f_code.co_name
        names = in_scope(dict(frame.f_locals))
        by = self._line_before(frame, number)
        had = self._marks
        now: dict[str, Mark] = {}
        seen = []
        self._named = {id(value): name for name, value in reversed(names)}
        for name, value in names:
            each = describe(name, value)
            now[name] = mark(value)
            # The text, too: numbers are made anew where the old ones were.
            now[name] += (each.text,)
            if now[name] != had.get(name) or self._was_assigned(name, by):
                each.changed = self._last is not None
                self._since.pop(name, None)
                if each.changed and by:
                    self._since[name] = by
            each.line = self._since.get(name, 0)
            seen.append(each)
        self._marks, self._last = now, (number, line, id(frame))
        arrived, self.arrived = self.arrived, []
        updated, self.updated = self.updated, []
        name = "" if code == "<module>" else code
        return Stop(number, line, name, seen, arrived, updated, error)

    def name_of(self, value: object) -> str:
        """What a tensor was called where we stopped last; empty when it had no name there."""
        return self._named.get(id(value), "")

    def _line_before(self, frame: FrameType, number: int) -> int:
        """The line that alone ran since the stop before; 0 where others did as well."""
        if self._last is None:
            return 0
        before, line, where = self._last
        return line if before == number - 1 and where == id(frame) else 0

    def _was_assigned(self, name: str, by: int) -> bool:
        return name in self._lines.assigned.get(by, ())
