import torch
from torch import nn


def accumulate(model, batches):
    """Leave the gradient of the mean squared error over all batches in .grad."""
    model.zero_grad()
    total = sum(len(x) for x, _ in batches)
    for x, y in batches:
        loss = nn.functional.mse_loss(model(x), y) * len(x) / total
        loss.backward()
    torch.optim.SGD(model.parameters(), lr=0.01).step()
