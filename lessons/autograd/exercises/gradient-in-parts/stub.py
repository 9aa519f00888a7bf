import torch
from torch import nn


def accumulate(model, batches):
    """Leave the gradient of the mean squared error over all
    batches in .grad.
    """
    for x, y in batches:
        model.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
    # TODO: all the batches should count
