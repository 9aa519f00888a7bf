"""Pacing: when the next frame may be sent, so that nothing queues up on a slow line.

After a frame the terminal is asked where its cursor is (``CSI 6n``). Its answer says that the frame
has arrived, and how long the way is. While frames arrive about as fast as the way allows, more of
them may be under way; when they begin to wait for each other, fewer. What answers a key may go
beside them. A terminal that never answers is paced by what its line accepts.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

QUESTION = "\x1b[6n"

MOST_UNDER_WAY = 8
"""Frames on a line that carries them without delay."""

KEY_SECONDS = 0.5
"""How long after a key frames count as its answer."""

KEY_FRAMES = 2
"""Frames that may be under way beyond the others to answer keys."""

PATIENCE_SECONDS = 1.5
"""How long an answer is waited for at least, before another frame is tried."""

QUEUEING_SECONDS = 0.05
"""A frame that takes this much longer than the way itself has waited for others."""


@dataclass
class Pacing:
    """What is known of the line. Times are seconds on any one clock."""

    round_trip: float = 0.0
    """The shortest seen lately; 0 while nothing was answered."""
    answers: bool = False
    """Whether the terminal has ever answered."""
    limit: float = 1.0
    """How many frames may be under way."""
    _asked: deque[float] = field(default_factory=deque)
    _recent: deque[float] = field(default_factory=lambda: deque(maxlen=32))
    _key_until: float = float("-inf")
    _tries: int = 0

    def key(self, now: float) -> None:
        """A key was pressed."""
        self._key_until = now + KEY_SECONDS

    def may_send(self, now: float) -> bool:
        """Whether a frame may be sent now."""
        if not self.answers:
            return True
        more = KEY_FRAMES if now < self._key_until else 0
        return len(self._asked) < int(self.limit) + more or now >= self._out_of_patience()

    def waits_until(self, now: float) -> float | None:
        """When to look again if no answer comes; None while a frame may be sent."""
        return None if self.may_send(now) else self._out_of_patience()

    def _out_of_patience(self) -> float:
        patience = max(PATIENCE_SECONDS, 4 * self.round_trip) * 2.0**self._tries
        return self._asked[-1] + patience

    def asks(self, now: float) -> bool:
        """Whether to ask behind the frame that is sent now; it counts as asked then.

        A terminal that has not answered yet is asked once.
        """
        if not self.answers and self._asked:
            return False
        if self.answers and self._asked and now >= self._out_of_patience():
            self._tries = min(self._tries + 1, 4)
        self._asked.append(now)
        return True

    def answered(self, now: float) -> None:
        """The terminal has answered the oldest question."""
        if not self._asked:
            return
        took = now - self._asked.popleft()
        self.answers = True
        if self._tries:
            # The line stood still, or an answer was lost: which one this is nobody knows.
            self._asked.clear()
            self._tries = 0
            return
        self._recent.append(took)
        self.round_trip = min(self._recent)
        if took <= self.round_trip * 1.1 + QUEUEING_SECONDS:
            self.limit = min(self.limit + 0.5, MOST_UNDER_WAY)
        else:
            self.limit = max(1.0, self.limit / 2)

    def forget(self) -> None:
        """Begin anew: the terminal was somebody else's in between."""
        self._asked.clear()
        self._tries = 0
