"""What goes over the line, for whoever asks: bytes and frames a second, and the way there."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

WINDOW_SECONDS = 5.0
"""What "now" means."""


@dataclass
class Traffic:
    """Counts what was sent since ``began``; times are seconds on any one clock."""

    began: float
    round_trip: float = 0.0
    """Seconds there and back; 0 where the terminal does not say."""
    bytes: int = 0
    frames: int = 0
    _recent: deque[tuple[float, int]] = field(default_factory=deque)

    def sent(self, now: float, size: int) -> None:
        """A frame of so many bytes was sent."""
        if not size:
            return
        self.bytes += size
        self.frames += 1
        self._recent.append((now, size))
        self._drop(now)

    def _drop(self, now: float) -> None:
        while self._recent and self._recent[0][0] < now - WINDOW_SECONDS:
            self._recent.popleft()

    def words(self, now: float) -> str:
        """A sentence with the figures of the last seconds."""
        self._drop(now)
        seconds = max(min(WINDOW_SECONDS, now - self.began), 0.1)
        rate = sum(size for _, size in self._recent) / seconds / 1000
        there = (
            f"{self.round_trip * 1000:.0f} ms there and back"
            if self.round_trip
            else ("the terminal does not say how far it is")
        )
        return (
            f"{rate:.1f} kB/s, {len(self._recent) / seconds:.1f} frames/s, {there}; "
            f"{self.bytes / 1000:.0f} kB since the start."
        )
