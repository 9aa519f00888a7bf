"""Batched models: many small networks trained at once, for a few times the price of one.

Every weight has one dimension more, the number of the network. `torch.baddbmm`
multiplies all of them in one call, so a hundred networks cost a hundred times the arithmetic but
only once the overhead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import torch
from torch import Tensor, nn


class BatchedModels(nn.Module):
    """Networks of the shape Linear(1, width), activation, Linear(width, 1), side by side.

    ``activation`` maps the hidden values, of shape (networks, samples, width), to the same shape.
    """

    def __init__(
        self, networks: Sequence[nn.Sequential], activation: Callable[[Tensor], Tensor]
    ) -> None:
        super().__init__()
        first = [cast(nn.Linear, network[0]) for network in networks]
        last = [cast(nn.Linear, network[-1]) for network in networks]
        self.w1 = nn.Parameter(torch.stack([layer.weight.detach().t() for layer in first]))
        self.b1 = nn.Parameter(torch.stack([layer.bias.detach()[None] for layer in first]))
        self.w2 = nn.Parameter(torch.stack([layer.weight.detach().t() for layer in last]))
        self.b2 = nn.Parameter(torch.stack([layer.bias.detach()[None] for layer in last]))
        self.activation = activation

    def hidden(self, x: Tensor) -> Tensor:
        """What the hidden units say to x of shape (samples, 1): (networks, samples, width)."""
        everyone = x.expand(len(self.w1), *x.shape)
        return self.activation(torch.baddbmm(self.b1, everyone, self.w1))

    def forward(self, x: Tensor) -> Tensor:
        """Every network's answer to x of shape (samples, 1): (networks, samples, 1)."""
        return torch.baddbmm(self.b2, self.hidden(x), self.w2)


def losses(answers: Tensor, target: Tensor) -> Tensor:
    """Each network's mean squared error, of shape (networks,)."""
    return torch.mean((answers - target) ** 2, dim=(1, 2))
