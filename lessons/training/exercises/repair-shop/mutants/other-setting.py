import torch
from torch import nn


def make_model():
    return nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 1))


def fit(x, y, steps):
    """Train a model on (x, y) and return it."""
    model = make_model()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-5)
    for step in range(steps):
        optimizer.zero_grad()
        prediction = model(x)
        loss = ((prediction - y.unsqueeze(1)) ** 2).mean()
        loss.backward()
        optimizer.step()
    return model
