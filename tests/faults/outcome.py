"""What became of one fault."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Outcome:
    """One fault: whether everything went on, what was lost, seconds until a run worked again."""

    recovered: bool
    lost: int = 0
    seconds: float | None = None
    """None where nothing was to be waited for."""
    told: str = ""
    """What the screen showed where it did not go on."""


Rounds: TypeAlias = Callable[[Random, int], Iterator[Outcome]]
"""Put a fault in so many times, each at another moment."""

HEAD = f"{'fault':<34} {'times':>5} {'recovered':>9} {'lost':>5} {'median':>8} {'slowest':>8}"


def line(name: str, outcomes: Sequence[Outcome]) -> str:
    """A row of the table."""
    waits = [each.seconds for each in outcomes if each.seconds is not None]
    median = f"{statistics.median(waits):.2f} s" if waits else "-"
    slowest = f"{max(waits):.2f} s" if waits else "-"
    recovered, lost = sum(o.recovered for o in outcomes), sum(o.lost for o in outcomes)
    return f"{name:<34} {len(outcomes):>5} {recovered:>9} {lost:>5} {median:>8} {slowest:>8}"
