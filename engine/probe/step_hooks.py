"""Hooks of every optimizer's step that leave nothing in compiled code."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

import torch
from torch.compiler import is_compiling
from torch.optim import Optimizer

from engine.probe.backward_tap import left_alone
from engine.probe.steady import Steady


def uncompiled(
    heard: Callable[[Optimizer], None], steady: Steady, *, begins: bool
) -> Callable[..., None]:
    """A hook that leaves nothing in compiled code.

    A compiler reads it in place, and looks up its names in the module they belong to, by that
    module's name; ours are not to be found by theirs. So the hook belongs to PyTorch's own.
    """

    def before(optimizer: Optimizer, _arguments: Any, _settings: Any) -> None:
        if is_compiling():
            return
        if steady.is_on and steady.optimizer == id(optimizer):
            steady.has_begun = True
            return
        heard(optimizer)

    def after(optimizer: Optimizer, _arguments: Any, _settings: Any) -> None:
        if is_compiling():
            return
        heard(optimizer)

    hook = before if begins else after
    left_alone(hook)
    return FunctionType(hook.__code__, vars(torch.compiler), "hook", None, hook.__closure__)
