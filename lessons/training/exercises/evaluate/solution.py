import torch
from torch import nn


def evaluate(model, loader):
    """The mean squared error over all samples; the model stays as it is."""
    before = [(part, part.training) for part in model.modules()]
    model.eval()
    total, count = 0.0, 0
    with torch.inference_mode():
        for x, y in loader:
            total += nn.functional.mse_loss(model(x), y, reduction="sum").item()
            count += len(x)
    for part, training in before:
        part.training = training
    return total / count
