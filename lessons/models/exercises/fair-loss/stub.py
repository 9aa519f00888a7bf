import torch


def mse(prediction, target):
    """The mean squared error; the target may be (N, 1) or
    (N,).
    """
    # TODO: what if the target is (N,)?
    return ((prediction - target) ** 2).mean()
