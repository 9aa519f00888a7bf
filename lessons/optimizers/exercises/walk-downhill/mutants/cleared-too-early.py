import torch


def descend(f, start, lr, steps):
    """Walk down f with SGD; return where x ended."""
    x = torch.nn.Parameter(torch.tensor(float(start)))
    optimizer = torch.optim.SGD([x], lr=lr)
    for _ in range(steps):
        loss = f(x)
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
    return x.item()
