import torch


def mse(prediction, target):
    """The mean squared error; the target may be (N, 1) or (N,)."""
    return ((prediction - target.unsqueeze(1)) ** 2).mean()
