import torch


def step(parameters, loss, lr):
    """One step of gradient descent, in place."""
    loss.backward()
    for p in parameters:
        p -= lr * p.grad
        p.grad = None
