"""Runs under observation: an engine and everything it has said."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from engine.process.client import Engine, State
from engine.process.protocol import (
    AnyEvent,
    AnyJob,
    Experiment,
    Refused,
    RunDied,
    RunEnded,
    RunFailed,
    RunFinished,
    RunStopped,
    RunUnavailable,
    Samples,
)
from tests.environment import seconds

E = TypeVar("E")

PATIENCE_SECONDS = 60.0

FAULTS = "tests.process.faults"
"""Experiments that misbehave in every way we could think of."""

End = RunFinished | RunStopped | RunFailed | RunDied | RunUnavailable


class Runs:
    """An engine with a recorder of its events; `until` waits by events, never by the clock."""

    def __init__(self, way: str = "") -> None:
        self.events: list[AnyEvent] = []
        self.states: list[State] = []
        self.listeners: list[Callable[[AnyEvent], None]] = []
        """Called with every event, before anybody who waits for one."""
        self._alive: set[int] = set()
        self._changed = asyncio.Event()
        self.engine = Engine(self._hear, self._enter, way)

    def start(self, function: str, topic: str = FAULTS, **options: Any) -> int:
        """Start an experiment; options of `Engine.run` by name, all others are its knobs."""
        own = {
            name: options.pop(name) for name in ("seed", "fps", "paused", "pace") if name in options
        }
        return self.begin(Experiment(topic, function, options), **own)

    def begin(self, job: AnyJob, **options: Any) -> int:
        """Start any job; options of `Engine.run` by name."""
        run_id = self.engine.run(job, **options)
        self._alive.add(run_id)
        return run_id

    async def ended(self, run_id: int) -> End:
        """Wait for a run's last event."""
        end: End = await self._first(lambda e: isinstance(e, RunEnded) and e.run_id == run_id)
        return end

    async def until(
        self,
        kind: type[E],
        run_id: int = 0,
        *,
        after: AnyEvent | None = None,
        such: Callable[[E], bool] = lambda _: True,
    ) -> E:
        """The first event of a kind that is ``such``, of those that follow ``after``."""
        found: E = await self._first(
            lambda e: isinstance(e, kind) and e.run_id == run_id and such(e), after
        )
        return found

    async def _first(
        self, wanted: Callable[[AnyEvent], bool], after: AnyEvent | None = None
    ) -> Any:
        def look() -> AnyEvent | None:
            events = iter(self.events)
            if after is not None:
                next(event for event in events if event is after)
            return next(filter(wanted, events), None)

        return await self._when(look)

    async def until_ready(self) -> None:
        """Wait for the server."""
        await self.until_state(State.READY)

    async def until_state(self, state: State) -> None:
        """Wait until the engine is in this state."""
        await self._when(lambda: self.engine.state is state)

    async def _when(self, look: Callable[[], Any]) -> Any:
        try:
            async with asyncio.timeout(seconds(PATIENCE_SECONDS)):
                while not (found := look()):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            came = [(type(event).__name__, event.run_id) for event in self.events[-20:]]
            raise AssertionError(f"{self.engine.state}, last came: {came}") from None
        return found

    def of(self, run_id: int) -> list[AnyEvent]:
        """Everything a run has said so far."""
        return [event for event in self.events if event.run_id == run_id]

    def values(self, run_id: int, name: str = "loss") -> np.ndarray[Any, Any]:
        """The values of a scalar that have arrived, in order; shape (N,)."""
        parts = [e.values for e in self.of(run_id) if isinstance(e, Samples) and e.name == name]
        return np.concatenate(parts) if parts else np.empty(0)

    def forget(self) -> None:
        """Begin a new record."""
        self.events.clear()
        self.states.clear()

    async def end_all(self) -> None:
        """Stop what still runs, and wait for its end."""
        for run_id in self._alive:
            self.engine.stop(run_id)
        await self._when(lambda: not self._alive)

    def _hear(self, event: AnyEvent) -> None:
        self.events.append(event)
        for listener in self.listeners:
            listener(event)
        if isinstance(event, RunEnded | Refused):
            self._alive.discard(event.run_id)
        self._changed.set()

    def _enter(self, state: State) -> None:
        self.states.append(state)
        self._changed.set()
