import torch
from torch import nn


class Regressor(nn.Module):
    """Linear(1, width), Tanh, Linear(width, 1)."""

    def __init__(self, width):
        super().__init__()
        # TODO: the layers

    def forward(self, x):
        # TODO: what happens to x
        return x
