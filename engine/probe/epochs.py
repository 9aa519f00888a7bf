"""Epochs: passes over the data that is trained on, as the loader shows them.

A pass is one of training when a step was made after one of its batches was fetched: a loader that
only serves evaluation has no epochs. Where several data sets are trained on by turns, or a fresh
pass is begun for each batch, nobody can say what an epoch is, and nothing is said from then on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

UNCLEAR = 0
"""Instead of an epoch's number: there is no saying what one is."""


MOST_OPEN = 64
"""Passes that are followed at once."""


@dataclass(slots=True)
class _Pass:
    """One iterator over a loader, from its first batch on."""

    data: int
    """The identity of the data set."""
    began: int
    """Steps that were made before it."""
    batches: int = 0
    """How many have come, as far as is known."""
    has_trained: bool = False


class Epochs:
    """Hears of fetches, and tells where each epoch begins."""

    def __init__(self, begins: Callable[[int, int], None]) -> None:
        """``begins`` takes the steps that were made before an epoch, and its number from 1 on."""
        self._begins = begins
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self._open: dict[int, _Pass] = {}
        """By the identity of the iterator."""
        self._last: _Pass | None = None
        """Of the newest fetch, which was after so many steps:"""
        self._step = 0
        self._epoch: _Pass | None = None
        """The newest pass that is one of training."""
        self._count = 0
        self._is_unclear = False

    def fetches(self, iterator: Any, step: int) -> None:
        """A batch is about to be fetched, after so many steps."""
        if self._is_unclear:
            return
        last = self._last
        if last is not None and step != self._step and not last.has_trained:
            self._has_trained(last)
        one = self._open.get(id(iterator))
        batches: int = iterator._num_yielded
        if one is None or not batches:
            if len(self._open) >= MOST_OPEN:
                self._open.clear()
            one = self._open[id(iterator)] = _Pass(id(iterator._dataset), step)
        one.batches = batches
        self._last, self._step = one, step

    def _has_trained(self, one: _Pass) -> None:
        one.has_trained = True
        before, self._epoch = self._epoch, one
        # After a single batch another pass: next(iter(loader)).
        if before is not None and (before.data != one.data or not before.batches):
            self._is_unclear = True
            self._begins(one.began, UNCLEAR)
            return
        self._count += 1
        self._begins(one.began, self._count)
