"""Makes stops: the names at a line, and which of them changed since the last stop there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR, currentframe
from types import FrameType
from typing import Any

from engine.process.stops import Arrived, Seen, Stop, Updated
from engine.scope.lines import Lines
from engine.scope.values import Mark, describe, in_scope, mark, unseen

MOST_PLACES = 500
"""Frames that are known; when there are more, those that have ended are forgotten."""


GOES_ON = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR


@dataclass(slots=True)
class Place:
    """A frame: where it is, and what its names stood for at the last stop in it."""

    statement: int = 0
    """The one it has come to."""
    stopped: int = 0
    """The one at which the last stop was; 0 before the first, and once others have passed."""
    seen: dict[str, Mark] | None = None
    since: dict[str, int] = field(default_factory=dict)
    """The statement that last changed a name; 0 where that is not known."""


class Recorder:
    """One file's stops, one after the other."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._places: dict[int, Place] = {}
        self._named: dict[int, str] = {}
        """What tensors were called at the stop before, by identity."""
        self._at = 0
        """The frame whose statement at work has its stop; 0 for none."""
        self.arrived: list[Arrived] = []
        self.updated: list[Updated] = []

    def enter(self, frame: FrameType) -> None:
        """A frame begins, or a generator goes on; one that ended may have had its identity."""
        if frame.f_code.co_flags & GOES_ON and id(frame) in self._places:
            return
        self._places[id(frame)] = Place()
        if len(self._places) > MOST_PLACES:
            alive = {id(each) for each in _callers(frame)}
            self._places = {key: each for key, each in self._places.items() if key in alive}

    def moves(self, frame: FrameType, line: int) -> int:
        """The statement that begins here; 0 where it is still the one that has begun."""
        statement = self._lines.statement(line)
        place = self._place(frame)
        if statement == place.statement and statement in self._lines.long:
            return 0
        place.statement = statement
        return statement

    def _place(self, frame: FrameType) -> Place:
        return self._places.setdefault(id(frame), Place())

    def passes(self, frame: FrameType) -> None:
        """A statement begins without a stop."""
        self._place(frame).stopped = self._at = 0
        self.arrived, self.updated = [], []

    def knows(self, frame: FrameType, since: Mapping[str, int]) -> None:
        """Take over which line last changed each name of a frame that was not watched till now."""
        self._place(frame).since = dict(since)

    def stop(
        self,
        frame: FrameType,
        number: int,
        *,
        line: int,
        error: str = "",
        names: Mapping[str, Any] | None = None,
    ) -> Stop:
        """What there is to see in this frame now; ``names``: its own, if they were written to."""
        code = frame.f_code.co_name
        function = "" if code == "<module>" else code
        own = dict(frame.f_locals if names is None else names)
        place, values = self._place(frame), in_scope(own | _from_outside(frame, own))
        self._named = {id(value): name for name, value in reversed(values)}
        with unseen():
            seen = self._compared(place, values, new=own if function else ())
        place.stopped, self._at = line, id(frame)
        arrived, self.arrived = self.arrived, []
        updated, self.updated = self.updated, []
        return Stop(number, line, function, seen, arrived, updated, error)

    def _compared(
        self, place: Place, values: list[tuple[str, Any]], *, new: Collection[str]
    ) -> list[Seen]:
        """What is seen, and what has changed; ``new`` are names that a first stop marks as such."""
        had, by, place.seen = place.seen, place.stopped, {}
        assigned = self._lines.assigned.get(by, ())
        known = {name for name, _ in values}
        names = []
        for name, value in values:
            each = describe(name, value)
            # What was written past PyTorch's count shows in the numbers.
            place.seen[name] = (mark(value), each.text, each.grid, each.grad)
            if had is None:
                each.changed = name.partition(".")[0] in new
            elif place.seen[name] != had.get(name) or name in assigned:
                each.changed = True
                place.since[name] = by
            each.line = place.since.get(name, 0)
            each.reads = [read for read in self._lines.reads(each.line, name) if read in known]
            names.append(each)
        return names

    @property
    def follows(self) -> bool:
        """Whether what is computed now comes of a statement that has its stop.

        What others do after it, the check of an exercise say, does not.
        """
        return bool(self._at) and self._at in map(id, _callers(currentframe()))

    def name_of(self, value: Any) -> str:
        """What a tensor was called where we stopped last; empty when it had no name there."""
        return self._named.get(id(value), "")


def _from_outside(frame: FrameType, own: Mapping[str, Any]) -> dict[str, Any]:
    """What a function looks up among the names of the file: a model that it trains, say."""
    around = frame.f_globals
    return {
        name: around[name] for name in frame.f_code.co_names if name in around and name not in own
    }


def _callers(frame: FrameType | None) -> list[FrameType]:
    found = []
    while frame is not None:
        found.append(frame)
        frame = frame.f_back
    return found
