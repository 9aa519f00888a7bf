"""Random inputs from a seed: what a check gives the learner's code is drawn anew every time."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator, Sequence
from typing import TypeVar

import torch
from torch import Tensor

T = TypeVar("T")

DTYPES = (torch.float32, torch.float64)


class Draw:
    """Numbers, sizes and tensors; the same seed draws the same, whatever else draws meanwhile.

    No tensor is drawn from the global generators: these are the learner's.
    """

    def __init__(self, seed: int | str) -> None:
        self._random = random.Random(seed)

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return self._random.randint(low, high)

    def real(self, low: float, high: float) -> float:
        """A number of three digits behind the point, and never exactly zero."""
        return round(self._random.uniform(low, high), 3) or 0.125

    def one_of(self, options: Sequence[T]) -> T:
        """One of them."""
        return self._random.choice(options)

    def every(self, options: Sequence[T]) -> Iterator[T]:
        """One after the other without end, beginning anywhere: none of them is left to luck.

        Let a check have at least as many cases as there are options.
        """
        return itertools.cycle(self.shuffled(options))

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """All of them in another order."""
        return self._random.sample(list(options), len(options))

    def normal(
        self, *shape: int, scale: float = 1.0, shift: float = 0.0, dtype: torch.dtype | None = None
    ) -> Tensor:
        """Normally distributed numbers of this shape; the standard deviation is ``scale``."""
        generator = torch.Generator().manual_seed(self._random.getrandbits(40))
        numbers = torch.randn(shape, generator=generator, dtype=torch.float64)
        return (numbers * scale + shift).to(dtype or torch.float32)

    def tied(self, *shape: int, dtype: torch.dtype | None = None) -> Tensor:
        """Few different numbers, so that many are alike; zeros of both signs among them."""
        values = torch.tensor([-2.0, -1.0, -0.0, 0.0, 1.0, 2.0], dtype=torch.float64)
        count = math.prod(shape)
        return values[self.classes(count, len(values))].reshape(shape).to(dtype or torch.float32)

    def of_every_size(
        self, *shape: int, smallest: float = 1e-30, largest: float = 1e30
    ) -> Iterator[Tensor]:
        """Numbers of this shape again and again: ties and zeros, tiny ones, huge ones, and some
        near together and far from zero, where a difference of squares loses all digits."""
        yield self.tied(*shape)
        for scale in (smallest, smallest**0.5, largest**0.5, largest):
            yield self.normal(*shape, scale=scale)
        yield self.normal(*shape, shift=1000.0)

    def order(self, count: int) -> Tensor:
        """The numbers from 0 to count - 1 in a random order."""
        return torch.tensor(self._random.sample(range(count), count))

    def classes(self, count: int, classes: int) -> Tensor:
        """Class numbers, shape (count,)."""
        return torch.tensor([self._random.randrange(classes) for _ in range(count)])

    def lengths(self, most: int, *also: int) -> Iterator[int]:
        """Sizes in no order: one, two, some up to ``most``, and those named."""
        some = [1, 2, self.whole(3, most), most, *also]
        yield from self.shuffled(some)

    def settle(self, module: torch.nn.Module, scale: float = 1.0) -> torch.nn.Module:
        """The module with all its weights and biases drawn from here."""
        with torch.no_grad():
            for parameter in module.parameters():
                parameter.copy_(self.normal(*parameter.shape, scale=scale))
        return module

    def used(self, module: torch.nn.Module, freeze: bool = True) -> torch.nn.Module:
        """The module as one that has been worked with: no part need be in the state of the others.

        Some layers are in evaluation mode, parameters have gradients, and every second of them is
        frozen (``freeze``), the last never. A call that sets all of it to one state is found out.
        """
        parts = self.shuffled(list(module.modules()))
        for part, training in zip(parts, self.every((True, False)), strict=False):
            part.training = training
        parameters = list(module.parameters())
        for index, parameter in enumerate(parameters):
            if freeze and index + 1 < len(parameters) and index % 2 == 0:
                parameter.requires_grad_(False)
            else:
                parameter.grad = self.normal(*parameter.shape, dtype=parameter.dtype)
        return module
