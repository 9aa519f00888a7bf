"""The older checkpointing: a backward pass within a backward pass."""

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint
from ending import told

torch.manual_seed(0)
body = nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8), nn.Dropout(0.1), nn.ReLU())
head = nn.Linear(8, 3)
optimizer = torch.optim.SGD([*body.parameters(), *head.parameters()], lr=0.05)
for i in range(30):
    x = torch.randn(8, 8, requires_grad=True)
    out = head(checkpoint(body, x, use_reentrant=True))
    loss = nn.functional.cross_entropy(out, torch.randint(3, (8,)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print("loss", loss.item())
told(body, head)
