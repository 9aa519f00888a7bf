from torch import nn


def accumulate(model, batches):
    """Leave the gradient of the mean squared error over all batches in .grad."""
    model.zero_grad()
    for x, y in batches:
        nn.functional.mse_loss(model(x), y, reduction="sum").backward()
