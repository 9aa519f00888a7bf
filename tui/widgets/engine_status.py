"""One line about the engine: its state, torch's version, the device."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from engine.process.client import State

SENTENCES = {
    State.STOPPED: ("○", "engine not started", "$text-muted"),
    State.STARTING: ("◌", "engine warming up", "$warning"),
    State.READY: ("●", "engine ready", "$success"),
    State.FAILED: ("✗", "engine failed", "$error"),
}


class EngineStatus(Widget):
    """Repaints only when one of its three facts changes."""

    state: reactive[State] = reactive(State.STOPPED)
    torch: reactive[str] = reactive("")
    device: reactive[str] = reactive("")

    def render(self) -> Content:
        """For example "● engine ready  torch 2.13.0  cpu, 2 threads"."""
        sign, sentence, ink = SENTENCES[self.state]
        facts = [sentence, self.torch and f"torch {self.torch}", self.device]
        return Content.assemble(
            (f"{sign} ", ink), ("  ·  ".join(filter(None, facts)), "$text-muted")
        )
