import torch
from torch import nn


def make_model():
    return nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 1))


def fit(x, y, steps):
    model = make_model()
    optimizer = torch.optim.Adam(list(model.parameters()), lr=0.05)
    criterion = nn.MSELoss()
    done = 0
    while done < steps:
        loss = criterion(model(x).squeeze(-1), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        done += 1
    return model
