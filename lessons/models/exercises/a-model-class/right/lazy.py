from torch import nn


class Regressor(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.bent = nn.Sequential(nn.LazyLinear(width), nn.Tanh())
        self.out = nn.LazyLinear(1)

    def forward(self, x):
        return self.out(self.bent(x))
