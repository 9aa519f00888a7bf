import torch
from torch import nn


def make_model():
    return nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 1))


def fit(x, y, steps):
    net = make_model()
    adam = torch.optim.Adam(net.parameters(), lr=0.05)
    y = y.view(-1, 1)
    for _ in range(steps):
        loss = nn.functional.mse_loss(net(x), y)
        net.zero_grad()
        loss.backward()
        adam.step()
    return net
