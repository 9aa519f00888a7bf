import torch


def slope(f, at):
    """The derivative of f at a number."""
    x = torch.tensor(float(at), requires_grad=True) * 1
    y = f(x)
    y.backward()
    return x.grad.item()
