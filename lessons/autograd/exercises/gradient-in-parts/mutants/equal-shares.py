import torch
from torch import nn


def accumulate(model, batches):
    """Leave the gradient of the mean squared error over all batches in .grad."""
    model.zero_grad()
    total = sum(len(x) for x, _ in batches)
    for x, y in batches:
        loss = nn.functional.mse_loss(model(x), y) * 1 / len(batches)
        loss.backward()
