"""Sharpness-aware minimisation: two passes a step, the first moves the weights and is undone."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
model = nn.Linear(4, 2)
base = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(25):
    x, y = torch.randn(16, 4), torch.randint(2, (16,))
    nn.functional.cross_entropy(model(x), y).backward()
    with torch.no_grad():
        norm = torch.stack([p.grad.norm() for p in model.parameters()]).norm()
        moves = [0.05 * p.grad / norm for p in model.parameters()]
        for p, move in zip(model.parameters(), moves):
            p.add_(move)
    base.zero_grad()
    loss = nn.functional.cross_entropy(model(x), y)
    loss.backward()
    with torch.no_grad():
        for p, move in zip(model.parameters(), moves):
            p.sub_(move)
    base.step()
    base.zero_grad()
    print("loss", loss.item())
told(model)
