import torch


def step(parameters, loss, lr):
    """One step of gradient descent, in place."""
    # TODO
