"""LBFGS with a line search; the step's return value is printed."""

import torch
from ending import told

torch.manual_seed(0)
w = torch.tensor([-1.2, 1.0], requires_grad=True)
optimizer = torch.optim.LBFGS([w], line_search_fn="strong_wolfe")


def closure():
    optimizer.zero_grad()
    loss = (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2
    loss.backward()
    return loss


for i in range(8):
    loss = optimizer.step(closure)
    print("loss", loss.item())
told(w)
