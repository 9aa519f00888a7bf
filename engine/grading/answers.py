"""What a function has answered is its caller's: a later call must not write over it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor
from torch.nn.parameter import is_lazy

from engine.grading.effects import alike, parts

MOST = 6
"""Answers that are remembered."""


class Answers:
    """The last answers of a learner's functions, and the numbers that were in them."""

    def __init__(self) -> None:
        self._kept: list[Tensor] = []
        self._before: list[Tensor] = []

    def add(self, answer: Any, arguments: tuple[Any, ...]) -> None:
        """Remember an answer, unless it lies in the memory of what the function was given."""
        given = {_memory(each) for each in _tensors(arguments)}
        self._kept += [each for each in _tensors(answer) if _memory(each) not in given]
        del self._kept[:-MOST]

    def settle(self) -> None:
        """Whatever became of the answers until now was the caller's doing."""
        self._before = [each.detach().clone() for each in self._kept]

    def has_changed(self) -> bool:
        """Whether one of them is another since `settle`."""
        return not alike(self._before, [each.detach() for each in self._kept])


def _tensors(value: Any) -> Iterator[Tensor]:
    """Every plain tensor in a value; of a module its parameters and buffers."""
    found = (each for _, each in parts("", value) if isinstance(each, Tensor))
    for each in found:
        # Weights of lazy layers have no memory yet.
        if not is_lazy(each) and each.layout is torch.strided and each.device.type != "meta":
            yield each


def _memory(tensor: Tensor) -> int:
    return tensor.untyped_storage().data_ptr()
