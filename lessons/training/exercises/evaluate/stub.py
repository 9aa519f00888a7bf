import torch
from torch import nn


def evaluate(model, loader):
    """The mean squared error over all samples; the model
    stays as it is.
    """
    total = 0.0
    for x, y in loader:
        total += nn.functional.mse_loss(model(x), y)
    # TODO: mode, recording, and the right mean
    return total
