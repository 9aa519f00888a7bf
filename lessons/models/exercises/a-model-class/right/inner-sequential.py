from torch import nn


class Regressor(nn.Module):
    def __init__(self, width=10):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(1, width), nn.Tanh(), nn.Linear(width, 1))

    def forward(self, x):
        return self.layers(x)
