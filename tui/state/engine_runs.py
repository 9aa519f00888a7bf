"""Starts runs in the engine and routes each one's events to the screen that asked for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual.dom import DOMNode

from engine.process.client import Engine, State
from engine.process.protocol import AnyEvent, AnyJob, Refused, RunEnded
from tui.messages import RunEventReceived

if TYPE_CHECKING:
    from tui.state.live_run import LiveRun


class Runs:
    """Starts runs and sends each one's events to the node that asked for it."""

    def __init__(self, on_state: Callable[[State], None]) -> None:
        self.engine = Engine(self._hear, on_state)
        self.device = ""
        """The device the learner chose last; it holds for every experiment that has a choice."""
        self.here = ""
        """What this machine has, as `engine.experiments.devices.summary` says it."""
        self._owners: dict[int, DOMNode] = {}

    @property
    def accelerator(self) -> str:
        """What "auto" stands for on this machine: "cpu", "cuda", "mps" …"""
        return re.match(r"\w*", self.here)[0] or "cpu"  # type: ignore[index]

    def start(self, owner: DOMNode, job: AnyJob, **wishes: Any) -> int:
        """Ask for a run; ``owner`` gets `RunEventReceived` messages. The run's number.

        ``wishes`` are fields of `engine.process.protocol.Start`.
        """
        run_id = self.engine.run(job, **wishes)
        self._owners[run_id] = owner
        return run_id

    def stop(self, run: LiveRun | None) -> None:
        """Have a run ended; one that is over, or none at all, stays as it is."""
        if run is not None and run.state.is_live:
            run.stopping()
            self.engine.stop(run.run_id)

    def _hear(self, event: AnyEvent) -> None:
        owner = self._owners.get(event.run_id)
        if owner is not None:
            owner.post_message(RunEventReceived(event))
        if isinstance(event, RunEnded | Refused):
            self._owners.pop(event.run_id, None)
