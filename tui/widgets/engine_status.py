"""One line about the engine: its state, torch's version, the device."""

from __future__ import annotations

from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from engine.process.client import State

SENTENCES = {
    State.STOPPED: ("○", "engine not started", "text-muted"),
    State.STARTING: ("◌", "engine warming up", "warning"),
    State.READY: ("●", "engine ready", "success"),
    State.FAILED: ("✗", "engine failed", "error"),
}


class EngineStatus(Widget):
    """Repaints only when one of its three facts changes."""

    state: reactive[State] = reactive(State.STOPPED)
    torch: reactive[str] = reactive("")
    device: reactive[str] = reactive("")

    def render(self) -> Text:
        """For example "● engine ready  torch 2.13.0  cpu, 2 threads"."""
        sign, sentence, ink = SENTENCES[self.state]
        inks = self.app.theme_variables
        row = Text(no_wrap=True, overflow="ellipsis")
        row.append(f"{sign} ", inks[ink]).append(sentence, inks["text-muted"])
        for fact in (self.torch and f"torch {self.torch}", self.device):
            if fact:
                row.append(f"  ·  {fact}", inks["text-muted"])
        return row
