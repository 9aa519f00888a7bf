"""What is global, and therefore everybody's: a learner's code leaves it as it was."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

SETTINGS: dict[str, Callable[[], Any]] = {
    "whether autograd records": torch.is_grad_enabled,
    "whether inference mode is on": torch.is_inference_mode_enabled,
    "the default dtype": torch.get_default_dtype,
    "the default device": torch.get_default_device,
}

OWNERS: tuple[Any, ...] = (
    torch,
    torch.Tensor,
    torch.nn,
    torch.nn.Module,
    torch.nn.functional,
    torch.autograd,
    torch.optim,
    torch.optim.SGD,
    torch.optim.Optimizer,
)
"""What holds names that a check relies on."""


class Surroundings:
    """The global state at one moment."""

    def __init__(self, *also: Any) -> None:
        self._owners = (*OWNERS, *also)
        self._settings = {name: ask() for name, ask in SETTINGS.items()}
        self._names = [dict(_callables(owner)) for owner in self._owners]

    def changed_setting(self) -> str:
        """What has been set to another value since, in words; empty when nothing."""
        return next((name for name, ask in SETTINGS.items() if ask() != self._settings[name]), "")

    def replaced_name(self) -> str:
        """A function or class that is another one now, "torch.allclose"; empty when none."""
        for owner, before in zip(self._owners, self._names, strict=True):
            now = vars(owner)
            for name, value in before.items():
                if now.get(name) is not value:
                    return f"{getattr(owner, '__name__', owner)}.{name}"
        return ""

    def restore(self) -> None:
        """Put back the settings and the names."""
        for owner, before in zip(self._owners, self._names, strict=True):
            for name, value in before.items():
                if vars(owner).get(name) is not value:
                    setattr(owner, name, value)
        torch.set_grad_enabled(bool(self._settings["whether autograd records"]))
        torch.set_default_dtype(self._settings["the default dtype"])
        if torch.get_default_device() != self._settings["the default device"]:
            torch.set_default_device(None)


def _callables(owner: Any) -> Iterator[tuple[str, Any]]:
    for name, value in vars(owner).items():
        if callable(value) and not name.startswith("__"):
            yield name, value


def seed_everything(seed: int) -> None:
    """The same numbers at every check, whatever ran before."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    # A generator that has just been seeded looks as if it had been seeded in the next call.
    random.random()
    np.random.random()


class Generators:
    """The global random numbers before a call: drawing from them is allowed, seeding is not."""

    def __init__(self) -> None:
        self._before = _seeds()

    def reseeded(self) -> str:
        """The function that seeded one of them since; empty when none."""
        return next((name for name, now in _seeds().items() if now != self._before[name]), "")


def _seeds() -> dict[str, Any]:
    return {
        "torch.manual_seed": torch.initial_seed(),
        "random.seed": random.getstate()[1][:-1],
        "numpy.random.seed": np.random.get_state()[1].tobytes(),  # type: ignore[index]
    }
