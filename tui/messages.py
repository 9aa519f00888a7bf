"""What the parts of the screen tell each other across screens."""

from __future__ import annotations

from textual.message import Message

from engine.process.client import State
from engine.process.protocol import AnyEvent


class EngineChanged(Message, bubble=False):
    """The engine is in another state."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self.state = state


class SavingChanged(Message, bubble=False):
    """Saving failed, for the reason the sentence gives; an empty one: it works again."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class RunEventReceived(Message, bubble=False):
    """A run that this node asked for has sent an event."""

    def __init__(self, event: AnyEvent) -> None:
        super().__init__()
        self.event = event
