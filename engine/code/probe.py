"""Watching any training loop from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

from engine.views import AnyView, Scalars


@contextmanager
def watching(shower: Callable[[AnyView | Scalars], object]) -> Iterator[None]:
    """Show the loss of every backward pass in this block."""
    backward, steps = torch.Tensor.backward, iter(range(1, 1 << 60))

    def seen(self: torch.Tensor, *arguments: object, **settings: object) -> None:
        if self.numel() == 1:
            shower(Scalars(next(steps), loss=self.detach()))
        backward(self, *arguments, **settings)  # type: ignore[no-untyped-call]

    torch.Tensor.backward = seen  # type: ignore[method-assign]
    try:
        yield
    finally:
        torch.Tensor.backward = backward  # type: ignore[method-assign]
