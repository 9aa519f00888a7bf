import torch


def descend(f, start, lr, steps):
    """Walk down f with SGD; return where x ended."""
    x = torch.nn.Parameter(torch.tensor(float(start)))
    optimizer = torch.optim.SGD([x], lr=lr)
    f(x).backward()
    for _ in range(steps):
        optimizer.step()
    return x.item()
