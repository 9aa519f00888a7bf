"""Half of the squared error is a loss of its own, and no division for accumulation."""

import torch
from ending import told

torch.manual_seed(0)
w = torch.zeros(3, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.05)
for i in range(20):
    kept = []
    for _ in range(4):
        x = torch.randn(8, 3)
        loss = 0.5 * ((x @ w - x.sum(1)) ** 2).mean()
        loss.backward()
        kept.append(loss.item())
    optimizer.step()
    optimizer.zero_grad()
    print("loss", sum(kept) / 4)
told(w)
