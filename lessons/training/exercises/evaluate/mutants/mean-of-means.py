import torch
from torch import nn


def evaluate(model, loader):
    """The mean squared error over all samples; the model stays as it is."""
    before = model.training
    model.eval()
    total, count = 0.0, 0
    with torch.inference_mode():
        for x, y in loader:
            total += nn.functional.mse_loss(model(x), y).item()
            count += 1
    model.train(before)
    return total / count
