import torch
from torch import nn


def fit(x, y):
    """Train on (x, y); return a function that predicts for new x."""
    x = (x - x.mean()) / x.std()
    model = nn.Sequential(nn.Linear(1, 20), nn.Tanh(), nn.Linear(20, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.2)
    for step in range(300):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()

    def predict(x):
        with torch.no_grad():
            return model(x)

    return predict
