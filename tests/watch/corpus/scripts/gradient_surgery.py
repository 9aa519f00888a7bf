"""Two tasks whose gradients are projected onto each other and written by hand."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
body, heads = nn.Linear(4, 16), nn.ModuleList([nn.Linear(16, 1), nn.Linear(16, 1)])
shared = list(body.parameters())
optimizer = torch.optim.SGD([*shared, *heads.parameters()], lr=0.05)
for i in range(50):
    x = torch.randn(16, 4)
    hidden = torch.tanh(body(x))
    targets = (x.sum(1, keepdim=True), x[:, :1] - x[:, 1:2])
    optimizer.zero_grad()
    slopes, total = [], 0.0
    for head, target in zip(heads, targets):
        loss = nn.functional.mse_loss(head(hidden), target)
        loss.backward(retain_graph=True)
        slopes.append(torch.cat([p.grad.flatten() for p in shared]))
        for p in shared:
            p.grad = None
        total += loss.item()
    a, b = slopes
    if a @ b < 0:
        a, b = a - (a @ b) / (b @ b) * b, b - (a @ b) / (a @ a) * a
    flat = a + b
    for p in shared:
        p.grad, flat = flat[: p.numel()].view_as(p).clone(), flat[p.numel() :]
    optimizer.step()
    print("total", total)
told(body, heads)
