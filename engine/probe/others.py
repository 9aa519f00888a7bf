"""Other threads than the one that is followed: what they train is not shown, and that is said."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from threading import Thread, enumerate, get_ident  # noqa: A004

from torch.optim import Optimizer

from engine.probe.meant_loss import Pass
from engine.probe.step_ledger import weights_of

MOST = 50
"""Passes of other threads, while the one that is followed makes no step, until it is left."""


class Others:
    """Decides whose passes and steps count where several threads train."""

    def __init__(self, note: Callable[[str, str], None]) -> None:
        self._note = note
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self._followed: Thread | None = None
        self._step = self._passes = 0
        self._is_told = False
        self._ours: dict[int, tuple[weakref.ref[Optimizer], bool]] = {}

    def follow(self, step: int) -> None:
        """From now on this thread is followed, which is after so many steps."""
        # Not `current_thread`, which leaves a mark where C has started one.
        own = get_ident()
        self._followed = next((each for each in enumerate() if each.ident == own), None)
        self._passes = 0
        self._ours.clear()
        if self._is_told:
            self._tell(f" after step {step}")

    def take_over(self, step: int) -> bool:
        """Whether this thread, which asks for a pass, is the one to follow from now on.

        ``step`` is how far the followed one has come.
        """
        if self._followed is not None and not self._followed.is_alive():
            return True
        self._passes = self._passes + 1 if step == self._step else 1
        self._step = step
        if not self._is_told:
            self._is_told = True
            self._tell("")
        return self._passes > MOST

    def _tell(self, since: str) -> None:
        name = self._followed.name if self._followed is not None else "one"
        self._note("", f"Several threads train: what is shown{since} is of {name} alone.")

    def steps_for(self, optimizer: Optimizer, waiting: Sequence[Pass]) -> bool:
        """Whether a step in this thread uses gradients of passes of the thread that is followed."""
        known = self._ours.get(id(optimizer))
        if known is not None and known[0]() is optimizer:
            return known[1]
        if not waiting:
            return False
        held = {id(weight) for weight in weights_of(optimizer)}
        reached = (each.site.reaches for each in list(waiting))
        is_ours = any(each is not None and not each.isdisjoint(held) for each in reached)
        self._ours[id(optimizer)] = weakref.ref(optimizer), is_ours
        return is_ours
