import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, x):
        super().__init__()
        self.register_buffer("middle", x.mean())
        self.register_buffer("spread", x.std())
        self.body = nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 1))

    def forward(self, x):
        return self.body((x - self.middle) / self.spread)


def fit(x, y):
    net = Net(x)
    optimizer = torch.optim.AdamW(net.parameters(), lr=0.2)
    for _ in range(300):
        loss = ((net(x) - y) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return net.eval()
