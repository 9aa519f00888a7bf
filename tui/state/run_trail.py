"""The stops of a run that goes in steps: what was shown at each, to look at once more."""

from __future__ import annotations

from engine.process.protocol import AnyEvent, Paused, RunEnded, Samples, Shown
from tui.state.live_run import LiveRun

MOST_EVENTS = 12_000
"""Enough for a thousand stops; a run that has said more cannot be gone back through."""


class Trail:
    """Remembers what a run has said; of pictures between two stops, the newest."""

    def __init__(self, run_id: int | None = None) -> None:
        self._begin(run_id)

    def _begin(self, run_id: int | None) -> None:
        self.run_id = run_id
        self._events: list[AnyEvent] = []
        self._stops: list[int] = []
        """How many events had come at each."""
        self._drawn: dict[tuple[str, str], int] = {}
        """Where the pictures since the last stop stand among the events."""
        self._at: int | None = None
        """The stop that is looked at, counted from 0; None for how it stands now."""

    @property
    def is_past(self) -> bool:
        """Whether an earlier stop is looked at."""
        return self._at is not None

    @property
    def can_go_back(self) -> bool:
        """Whether there is a stop before the one that is looked at."""
        return (len(self._stops) - 1 if self._at is None else self._at) > 0

    @property
    def place(self) -> str:
        """Where one looks: "stop 3 of 12"."""
        at = len(self._stops) - 1 if self._at is None else self._at
        return f"stop {at + 1} of {len(self._stops)}"

    def hear(self, event: AnyEvent) -> None:
        """Take in an event; another run's forgets this one's."""
        if event.run_id != self.run_id:
            self._begin(event.run_id)
        match event:
            case Shown(view=view) if view.key in self._drawn:
                self._events[self._drawn[view.key]] = event
            case Shown(view=view):
                self._drawn[view.key] = len(self._events)
                self._events.append(event)
            case Samples():
                self._events.append(event)
            case Paused() if self._events:
                self._events.append(event)
                self._stop()
            case _ if isinstance(event, RunEnded) and self._stops[-1:] < [len(self._events)]:
                self._stop()
        if len(self._events) > MOST_EVENTS:
            self._begin(event.run_id)

    def _stop(self) -> None:
        self._stops.append(len(self._events))
        self._drawn.clear()

    def go(self, by: int) -> None:
        """To the stop so many on, as far as there are any; the last one is how it stands now."""
        last = len(self._stops) - 1
        at = max(0, (last if self._at is None else self._at) + by)
        self._at = at if at < last else None

    def go_to_now(self) -> None:
        """Look at how it stands."""
        self._at = None

    def looked_at(self, run: LiveRun | None) -> LiveRun | None:
        """The run as it was at the stop that is looked at; itself where that is now."""
        if run is None or self._at is None or run.run_id != self.run_id:
            return run
        past = LiveRun(run.run_id, run.experiment, run.knobs, run.seed)
        for event in self._events[: self._stops[self._at]]:
            past.hear(event)
        return past
