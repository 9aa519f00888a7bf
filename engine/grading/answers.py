"""What a function has answered is its caller's: a later call must not write over it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

MOST = 6
"""Answers that are remembered."""


class Answers:
    """The last answers of a learner's functions, and the numbers that were in them."""

    def __init__(self) -> None:
        self._kept: list[tuple[Tensor, Tensor]] = []

    def add(self, answer: Any, arguments: tuple[Any, ...]) -> None:
        """Remember an answer, unless it lies in the memory of what the function was given."""
        given = {_memory(each) for each in tensors(arguments)}
        for each in tensors(answer):
            if _memory(each) not in given:
                self._kept.append((each, each.detach().clone()))
        del self._kept[:-MOST]

    def settle(self) -> None:
        """Whatever became of the answers until now was the caller's doing."""
        self._kept = [(each, each.detach().clone()) for each, _ in self._kept]

    def has_changed(self) -> bool:
        """Whether one of them is another since `settle`."""
        return any(
            now.shape != before.shape
            or not torch.allclose(now.detach(), before, rtol=0, atol=0, equal_nan=True)
            for now, before in self._kept
        )


def tensors(value: Any, depth: int = 0) -> Iterator[Tensor]:
    """Every plain tensor in a value; of a module its parameters and buffers."""
    if isinstance(value, Tensor):
        # Weights of lazy layers have no memory yet.
        made = not is_lazy(value)
        if made and value.layout is torch.strided and value.device.type != "meta":
            yield value
    elif isinstance(value, nn.Module):
        for each in (*value.parameters(), *value.buffers()):
            yield from tensors(each)
    elif isinstance(value, list | tuple) and depth < 3:
        for each in value:
            yield from tensors(each, depth + 1)


def _memory(tensor: Tensor) -> int:
    return tensor.untyped_storage().data_ptr()
