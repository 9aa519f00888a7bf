import torch


def step(parameters, loss, lr):
    """One step of gradient descent, in place."""
    loss.backward()
    with torch.no_grad():
        for p in parameters:
            p = p - lr * p.grad
    for p in parameters:
        p.grad = None
