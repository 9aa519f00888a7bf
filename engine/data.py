"""Data: the measurements everything else is trained on, and how a loader asks for them."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset


def wave(x: Tensor) -> Tensor:
    """The law behind the measurements: a rising wave."""
    return x + 2 * torch.sin(x)


def measure(points: int = 200, noise: float = 1.0, seed: int = 0) -> tuple[Tensor, Tensor]:
    """x evenly from 0 to 20, y on the wave plus noise; two float32 tensors of shape (points, 1).

    The seed is the data's own: every lesson trains on the same 200 points, whatever the run's seed.
    """
    x = torch.linspace(0, 20, points).unsqueeze(1)
    errors = np.random.default_rng(seed).normal(0.0, noise, size=(points, 1))
    return x, wave(x) + torch.from_numpy(errors).float()


class Measurements(Dataset[tuple[Tensor, Tensor]]):
    """Pairs of x and y: it knows how many there are, and gives one of them."""

    def __init__(self, x: Tensor, y: Tensor) -> None:
        self.x = x
        self.y = y

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self.x[index], self.y[index]


def normalised(x: Tensor) -> Tensor:
    """The same numbers, shifted and scaled to mean 0 and standard deviation 1."""
    return (x - x.mean()) / x.std()
