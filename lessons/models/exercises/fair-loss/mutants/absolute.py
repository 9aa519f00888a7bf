import torch


def mse(prediction, target):
    """The mean squared error; the target may be (N, 1) or (N,)."""
    target = target.view_as(prediction)
    return (prediction - target).abs().mean()
