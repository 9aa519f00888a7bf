"""Models: layers in a row, and the number that says how wrong they are."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def regressor(width: int = 10, activation: str = "none") -> nn.Sequential:
    """Linear(1, width), perhaps an activation, Linear(width, 1): one number in, one number out.

    The activation is the name of a class in `torch.nn`, such as "Tanh", or "none".
    """
    layers: list[nn.Module] = [nn.Linear(1, width)]
    if activation != "none":
        layers.append(getattr(nn, activation)())
    layers.append(nn.Linear(width, 1))
    return nn.Sequential(*layers)


def bend(x: Tensor, y: Tensor) -> Tensor:
    """How far the points (x, y) lie from their own best straight line.

    Root mean square, in y's unit: zero, up to rounding, when they lie on a line. Its
    square is the best mean squared error any straight line can reach on them.
    """
    x, y = x - x.mean(), y - y.mean()
    slope = (x * y).sum() / (x * x).sum()
    return torch.sqrt(torch.mean((y - slope * x) ** 2))
