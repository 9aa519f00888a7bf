"""Loaders whose batches are known: of any sizes, in another order in every pass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

from engine.grading.draw import Draw

PASSES = 8
"""Orders that are drawn; passes beyond begin again with the first."""


class Batches:
    """A batch sampler: positions of each batch, pass after pass."""

    def __init__(self, draw: Draw, sizes: list[int]) -> None:
        self.sizes = sizes
        self.orders = [draw.order(sum(sizes)).tolist() for _ in range(PASSES)]
        self.passes = 0

    def __len__(self) -> int:
        return len(self.sizes)

    def __iter__(self) -> Iterator[list[int]]:
        order = self.orders[self.passes % PASSES]
        self.passes += 1
        start = 0
        for size in self.sizes:
            yield order[start : start + size]
            start += size


def loader(draw: Draw, x: Tensor, y: Tensor, sizes: list[int]) -> DataLoader[Any]:
    """A DataLoader of (x, y) batches of these sizes, which add up to the number of samples.

    Its data set has more samples than it gives, as with a sampler or ``drop_last``: those of a
    loader are the ones that come out of it.
    """
    unused = draw.whole(1, 5)
    dataset = TensorDataset(*(torch.cat([part, part[:1].expand(unused, -1)]) for part in (x, y)))
    return DataLoader(dataset, batch_sampler=Batches(draw, sizes))


def uneven(draw: Draw, most: int = 4) -> list[int]:
    """Sizes of two batches or more, the last of another size than the first."""
    first = draw.whole(3, 6)
    return [first] * draw.whole(1, most - 1) + [draw.whole(1, first - 1)]
