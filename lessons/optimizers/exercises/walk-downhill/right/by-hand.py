import torch


def descend(f, start, lr, steps):
    x = torch.tensor(float(start), requires_grad=True)
    for _ in range(steps):
        (slope,) = torch.autograd.grad(f(x), x)
        with torch.no_grad():
            x -= lr * slope
    return float(x)
