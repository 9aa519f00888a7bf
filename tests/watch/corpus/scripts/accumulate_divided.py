"""Gradient accumulation, each part divided by the number of parts."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
model = nn.Linear(4, 2)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
ACCUMULATE = 4
total = 0.0
for i in range(80):
    inputs, labels = torch.randn(8, 4), torch.randint(2, (8,))
    loss = nn.functional.cross_entropy(model(inputs), labels)
    loss = loss / ACCUMULATE
    loss.backward()
    total += loss.item()
    if (i + 1) % ACCUMULATE == 0:
        optimizer.step()
        optimizer.zero_grad()
        print("loss", total)
        total = 0.0
told(model)
