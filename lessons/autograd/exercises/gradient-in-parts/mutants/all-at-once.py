import torch
from torch import nn


def accumulate(model, batches):
    """Leave the gradient of the mean squared error over all batches in .grad."""
    model.zero_grad()
    x = torch.cat([x for x, _ in batches])
    y = torch.cat([y for _, y in batches])
    nn.functional.mse_loss(model(x), y).backward()
