import torch


def step(parameters, loss, lr):
    """One step of gradient descent, in place."""
    loss.backward()
    with torch.no_grad():
        for i, p in enumerate(parameters):
            parameters[i] = (p - lr * p.grad).requires_grad_()
