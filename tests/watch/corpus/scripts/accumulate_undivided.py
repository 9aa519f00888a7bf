"""Gradient accumulation that divides nothing: the mean is what people print."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
model = nn.Linear(4, 2)
optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
for i in range(20):
    losses = []
    optimizer.zero_grad()
    for _ in range(5):
        loss = nn.functional.cross_entropy(model(torch.randn(8, 4)), torch.randint(2, (8,)))
        loss.backward()
        losses.append(loss.item())
    optimizer.step()
    print("loss", sum(losses) / len(losses))
told(model)
