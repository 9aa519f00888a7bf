import torch

x = torch.zeros((), requires_grad=True)


def slope(f, at):
    """The derivative of f at a number."""
    x.data.fill_(at)
    f(x).backward()
    return x.grad.item()
