"""One figure of the table, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A figure and what it should be; ``target`` is a limit above, or below with ``least``."""

    what: str
    value: float
    unit: str
    target: float | None = None
    least: bool = False

    @property
    def holds(self) -> bool | None:
        """Whether the target is met; None without one."""
        if self.target is None:
            return None
        return self.value >= self.target if self.least else self.value <= self.target


@dataclass(frozen=True, slots=True)
class Failed:
    """What kept the rest of a topic's figures from being taken."""

    topic: str
    why: str
