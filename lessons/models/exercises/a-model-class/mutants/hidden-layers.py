import torch
from torch import nn


class Regressor(nn.Module):
    """Linear(1, width), Tanh, Linear(width, 1)."""

    def __init__(self, width):
        super().__init__()
        self.layers = [nn.Linear(1, width), nn.Linear(width, 1)]

    def forward(self, x):
        return self.layers[1](torch.tanh(self.layers[0](x)))
