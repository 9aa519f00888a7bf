"""What losses are called, and what each is: told whenever that changes."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor
from torch.optim import Optimizer

from engine.probe.call_site import CallSite
from engine.probe.step_ledger import weights_of


@dataclass(slots=True)
class Named:
    """An optimizer that has made steps, and what its loss is called."""

    name: str
    whose: weakref.ref[Optimizer]
    site: CallSite | None
    """Where in the script its first loss went backward."""
    held: int
    """How many weights it holds."""
    first: Callable[[], Tensor | None]
    last: Callable[[], Tensor | None]
    """Of those weights, as long as they are there."""

    def is_followed_by(self, site: CallSite | None, weights: list[Tensor]) -> bool:
        """Whether another optimizer of these weights goes on with this one's loss.

        Some scripts make a new optimizer for each step, or for each phase. Two that are there
        together are two, unless they hold the same weights for the same line of the script.
        """
        if not weights:
            return False
        same = (self.first() is weights[0], self.last() is weights[-1])
        if self.whose() is None:
            return any(same)
        return all(same) and self.held == len(weights) and self.site is site


def _none() -> None:
    """Stands for a weight that is not there."""


class Meanings:
    """Names of losses by their optimizers, and a sentence about each."""

    def __init__(self, note: Callable[[str, str], None], rests: Callable[[str], str]) -> None:
        """``rests`` says of a name how many steps are listened to, where that is not all."""
        self.note = note
        self._rests = rests
        self._known: dict[int, Named] = {}
        """By the optimizer's identity."""
        self._newest: dict[str, Named] = {}
        """By name."""
        self._meant: dict[str, str] = {}
        self._told: dict[str, str] = {}

    def forget(self) -> None:
        """Begin anew."""
        for known in (self._known, self._newest, self._meant, self._told):
            known.clear()

    @property
    def names(self) -> list[str]:
        """All names so far."""
        return list(self._newest)

    def name_of(self, optimizer: Optimizer | None, site: CallSite | None = None) -> str:
        """The name of the loss of an optimizer, which went backward at ``site``."""
        if optimizer is None:
            return "loss"
        known = self._known.get(id(optimizer))
        # Another may have come to be where one was that is gone.
        if known is None or known.whose() is not optimizer:
            known = self._known[id(optimizer)] = self._met(optimizer, site)
        return known.name

    def _met(self, optimizer: Optimizer, site: CallSite | None) -> Named:
        weights = weights_of(optimizer)
        name = self._name_for(site, weights)
        first, last = (weakref.ref(weights[at]) if weights else _none for at in (0, -1))
        made = Named(name, weakref.ref(optimizer), site, len(weights), first, last)
        self._newest[name] = made
        return made

    def _name_for(self, site: CallSite | None, weights: list[Tensor]) -> str:
        for name, one in reversed(self._newest.items()):
            if one.is_followed_by(site, weights):
                return name
        number = len(self._newest) + 1
        return "loss" if number == 1 else f"loss {number}"

    def mean(self, name: str, meaning: str) -> None:
        """A loss is this."""
        self._meant[name] = meaning
        self.tell(name)

    def tell(self, name: str) -> None:
        """Say what a loss is, where that is not what was said."""
        parts = [self._meant.get(name, ""), self._rests(name)]
        words = ", ".join(part for part in parts if part)
        if self._told.get(name, "") != words:
            self._told[name] = words
            self.note(name, words)
