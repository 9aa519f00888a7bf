import torch
from torch import nn


def loss_on(model, x, y, device):
    """The mean squared error of model(x) against y, computed
    on the device.
    """
    # TODO: move everything
    return nn.functional.mse_loss(model(x), y)
