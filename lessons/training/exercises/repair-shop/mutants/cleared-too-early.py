import torch
from torch import nn


def make_model():
    return nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 1))


def fit(x, y, steps):
    """Train a model on (x, y) and return it."""
    model = make_model()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for step in range(steps):
        prediction = model(x)
        loss = ((prediction - y.unsqueeze(1)) ** 2).mean()
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
    return model
