"""Learning rates: told with the step at which they change, so that what is told holds until then.

A schedule changes a rate between two steps, so it is read with each step whose loss is known; that
is one look-up in a dictionary. A rate that is a tensor on a device is read with looks only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from engine.probe.meant_loss import number_of

AGAIN = 1.05
"""A rate that stays is told again when so many times the steps have been made: a curve goes on."""


def of_loss(name: str, what: str) -> str:
    """What belongs to a loss of this name: "lr" to "loss", and "lr 2" to "loss 2"."""
    return what + name.removeprefix("loss")


class Rates:
    """The rate of each optimizer's first group of parameters, by the name of its loss."""

    def __init__(
        self, say: Callable[[int, str, Any], None], mean: Callable[[str, str], None]
    ) -> None:
        """``say`` takes a step, a name and a rate; ``mean`` a name and what it stands for."""
        self._say = say
        self._mean = mean
        self._rate: Any = None
        """What was read last, of whichever optimizer."""
        self._name = ""
        """The name of that one's loss."""
        self._step = 0
        """The step that was made with it."""
        self._told: dict[str, tuple[float, int]] = {}
        """The newest rate of each name, and the step at which it was told."""

    def forget(self) -> None:
        """Begin anew."""
        self._rate, self._name = None, ""
        self._told.clear()

    def see(self, step: int, optimizer: Optimizer, name: str) -> None:
        """An optimizer has made a step; ``name`` is that of its loss."""
        try:
            rate = optimizer.param_groups[0].get("lr")
        except (AttributeError, IndexError, TypeError):
            return
        self._step = step
        if rate is self._rate and name == self._name and not isinstance(rate, Tensor):
            return
        self._rate, self._name = rate, name
        if (value := _number(rate)) is not None:
            if of_loss(name, "lr") not in self._told:
                self._tell_of_groups(optimizer, of_loss(name, "lr"))
            self._saw(step, of_loss(name, "lr"), value)

    def hold(self, part: float = AGAIN) -> None:
        """Now and then, and at the end: the newest step was made with the rate told before."""
        name = of_loss(self._name, "lr")
        if name in self._told and self._step > part * self._told[name][1]:
            self._tell(self._step, name, self._told[name][0])

    def _saw(self, step: int, name: str, rate: float) -> None:
        before = self._told.get(name)
        if before is not None and before[0] == rate:
            return
        if before is not None and before[1] < step - 1:
            # It was the old one until now: a line from there to here would say otherwise.
            self._say(step - 1, name, before[0])
        self._tell(step, name, rate)

    def _tell_of_groups(self, optimizer: Optimizer, name: str) -> None:
        rates = [group.get("lr") for group in optimizer.param_groups]
        if any(rate is not rates[0] and _number(rate) != _number(rates[0]) for rate in rates):
            self._mean(name, f"of the first of {len(rates)} groups of parameters")

    def _tell(self, step: int, name: str, rate: float) -> None:
        self._told[name] = rate, step
        self._say(step, name, rate)


def _number(rate: Any) -> float | None:
    """A rate as a number; None for what is none, or would have to be waited for."""
    if isinstance(rate, Tensor):
        # A mode of the script's own, in force around its steps, is not to hear of this.
        with torch._C.DisableTorchFunction():
            return number_of(rate) if rate.is_cpu and rate.numel() == 1 else None
    return float(rate) if isinstance(rate, int | float) else None
