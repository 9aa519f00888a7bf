"""Models: layers in a row, and the number that says how wrong they are."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def regressor(width: int = 10, activation: str = "none", layers: int = 2) -> nn.Sequential:
    """Linear layers with an activation between them: one number in, one number out.

    The usual two are Linear(1, width), activation, Linear(width, 1). The activation is the name of
    a class in `torch.nn`, such as "Tanh", or "none".
    """
    widths = [1, *[width] * (layers - 1), 1]
    modules: list[nn.Module] = []
    for before, after in zip(widths, widths[1:], strict=False):
        if modules and activation != "none":
            modules.append(getattr(nn, activation)())
        modules.append(nn.Linear(before, after))
    return nn.Sequential(*modules)


def bend(x: Tensor, y: Tensor) -> Tensor:
    """How far the points (x, y) lie from their own best straight line.

    Root mean square, in y's unit: zero, up to rounding, when they lie on a line. Its
    square is the best mean squared error any straight line can reach on them.
    """
    x, y = x - x.mean(), y - y.mean()
    slope = (x * y).sum() / (x * x).sum()
    return torch.sqrt(torch.mean((y - slope * x) ** 2))
