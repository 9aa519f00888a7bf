import torch
from torch import nn


def make_model():
    return nn.Sequential(
        nn.Linear(1, 16),
        nn.Tanh(),
        nn.Linear(16, 1),
    )


def fit(x, y, steps):
    """Train a model on (x, y) and return it.

    TODO: three faults.
    """
    model = make_model()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    model = make_model()
    for step in range(steps):
        prediction = model(x)
        loss = ((prediction - y) ** 2).mean()
        loss.backward()
        optimizer.step()
    return model
