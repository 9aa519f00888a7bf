"""Sums divided by the tokens of all parts together, as trainers of language models do."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
model = nn.Linear(6, 9)
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
for i in range(15):
    parts = [(torch.randn(n, 6), torch.randint(9, (n,))) for n in (12, 7, 9)]
    tokens = sum(len(y) for _, y in parts)
    total = 0.0
    for x, y in parts:
        loss = nn.functional.cross_entropy(model(x), y, reduction="sum") / tokens
        loss.backward()
        total += loss.item()
    optimizer.step()
    optimizer.zero_grad()
    print("loss", total)
told(model)
