import torch
from torch import nn


class Regressor(nn.Module):
    """Linear(1, width), Tanh, Linear(width, 1)."""

    def __init__(self, width):
        super().__init__()
        self.width = width

    def forward(self, x):
        hidden = torch.tanh(nn.Linear(1, self.width)(x))
        return nn.Linear(self.width, 1)(hidden)
