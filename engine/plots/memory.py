"""Which values of a tensor are one memory: coloured by their place in it, framed while it is read.

Pictures of one memory have one colour for one place, whatever the shape of the tensor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.plots.cells import HEAT_LEVELS, Ink
from engine.plots.heat import levels
from engine.plots.legend import Item
from engine.views import Grid

LIT = HEAT_LEVELS // 2
"""The colour of what is lit and lies nowhere in particular."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What a grid says of the memory below it. All indices count values in reading order."""

    papers: NDArray[np.uint8]
    """Of every value; 0 for one that lies elsewhere, or that a walk has not come to."""
    waiting: frozenset[int]
    """Values that a walk has not come to."""
    at: int
    """The value that is read now; -1 for none."""
    facts: tuple[Item, ...]

    @classmethod
    def of(cls, view: Grid, count: int) -> Memory | None:
        """None where the view says nothing of its memory, or not of all its values.

        What is lit without a place has one colour: there is nothing to tell apart.
        """
        if view.places is None and view.read is not None:
            lit = frozenset(view.read)
            shades = np.array([LIT if index in lit else 0 for index in range(count)], np.uint8)
            rest = frozenset(range(count)) - lit
            return cls(shades, rest, view.read[-1] if view.read else -1, ())
        if view.places is None or len(view.places) != count or not count:
            return None
        places = np.asarray(view.places, dtype=np.float64)
        size = max(view.memory, int(places.max()) + 1, 1)
        papers = np.where(places < 0, 0, levels(places, 0.0, float(max(size - 1, 1))))
        waiting: frozenset[int] = frozenset()
        at = -1
        if view.read is not None:
            waiting = frozenset(range(count)) - frozenset(view.read)
            papers[list(waiting)] = 0
            at = view.read[-1] if view.read else -1
        return cls(papers.astype(np.uint8), waiting, at, tuple(_facts(places, size)))

    def ink(self, index: int) -> Ink:
        """Bright for what is read."""
        return Ink.MUTED if index in self.waiting else Ink.TITLE


def _facts(places: NDArray[np.float64], size: int) -> list[Item]:
    if (places < 0).all():
        return [Item("", "memory", "of its own")]
    return [Item("", "place in memory 0", str(size - 1), ramp=True)]
