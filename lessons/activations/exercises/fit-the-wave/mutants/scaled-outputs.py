import torch
from torch import nn


def fit(x, y):
    """Train on (x, y); return a function that predicts for new x."""
    mean, std = x.mean(), x.std()
    inputs, targets = (x - mean) / std, (y - y.mean()) / y.std()
    model = nn.Sequential(nn.Linear(1, 20), nn.Tanh(), nn.Linear(20, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    for step in range(400):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(inputs), targets)
        loss.backward()
        optimizer.step()

    def predict(x):
        with torch.no_grad():
            return model((x - mean) / std)

    return predict
