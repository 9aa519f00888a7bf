import torch
from torch import nn


class Waves(nn.Module):
    def __init__(self, count=12):
        super().__init__()
        self.turn = nn.Linear(1, count)
        nn.init.normal_(self.turn.weight, std=5.0)
        self.mix = nn.Linear(count + 1, 1)

    def forward(self, x):
        return self.mix(torch.cat([x, torch.sin(self.turn(x))], dim=1))


def make_model():
    return Waves()
