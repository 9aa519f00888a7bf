"""A run under the microscope: its stops, in bounded memory, and the one that is looked at."""

from __future__ import annotations

from collections.abc import Sequence

from engine.process.protocol import AnyEvent, Stopped
from engine.process.stops import Stop, WhatIf
from tui.state.code_run import CodeRun

WHOLE = 500
"""Stops kept as they came."""

THINNED = 500
"""Older ones kept at most; when there are more, every other one goes."""


class ScopeRun(CodeRun):
    """Stops as they come; one can look back while the run waits at the last."""

    def __init__(self, run_id: int, asked: Sequence[WhatIf] = ()) -> None:
        super().__init__(run_id)
        self.asked = asked
        """What is changed on the way; nothing for the code as it is."""
        self.slipped = False
        """Whether the last change did not run to its end."""
        self.stops: list[Stop] = []
        self.is_held = False
        """Whether the run waits at the last stop."""
        self._old: list[Stop] = []
        self._back = 0

    def hear(self, event: AnyEvent) -> None:
        """Take in the next event of this run."""
        if not isinstance(event, Stopped):
            super().hear(event)
            self.is_held = self.is_held and self.state.is_live
            return
        self.is_held = event.held
        self.slipped = self.slipped or bool(event.stop.failed)
        self.stops.append(event.stop)
        if self._back:
            self._back += 1
        if len(self.stops) > WHOLE:
            self._old.append(self.stops.pop(0))
        if len(self._old) > THINNED:
            self._thin()
        self._back = min(self._back, len(self.all_stops) - 1)

    def _thin(self) -> None:
        """Every other one goes; what had changed there has changed at the next one that stays."""
        for gone, kept in zip(self._old[::2], [*self._old[1::2], self.stops[0]], strict=True):
            changed = {seen.name for seen in gone.names if seen.changed}
            if gone.function == kept.function:
                for seen in kept.names:
                    seen.changed = seen.changed or seen.name in changed
        del self._old[::2]

    def walks(self) -> None:
        """It was told to go on: one looks at where it is."""
        self.is_held, self._back = False, 0

    @property
    def all_stops(self) -> list[Stop]:
        """What is left of the older ones, then the last ones."""
        return [*self._old, *self.stops]

    @property
    def shown(self) -> Stop | None:
        """The stop that is looked at; None before the first."""
        stops = self.all_stops
        return stops[-1 - self._back] if stops else None

    @property
    def to_change(self) -> Stop | None:
        """The stop that is looked at, before its line raised; None where there is none."""
        shown = self.shown
        if shown is None or not shown.error:
            return shown
        same = (each for each in self.all_stops if each.number == shown.number and not each.error)
        return next(same, None)

    @property
    def is_past(self) -> bool:
        """Whether one looks back."""
        return self._back > 0

    @property
    def can_go_back(self) -> bool:
        """Whether there is a stop before."""
        return self._back < len(self._old) + len(self.stops) - 1

    def go(self, by: int) -> None:
        """Look at another stop: -1 is the one before."""
        last = len(self._old) + len(self.stops) - 1
        self._back = max(0, min(self._back - by, last))
