"""Activation checkpointing without reentrance: nothing may run its forward pass once more."""

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint
from ending import told

torch.manual_seed(0)
calls = 0


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 8))

    def forward(self, x):
        global calls
        calls += 1
        return x + self.inner(x)


blocks = nn.ModuleList(Block() for _ in range(3))
head = nn.Linear(8, 1)
optimizer = torch.optim.Adam([*blocks.parameters(), *head.parameters()], lr=1e-2)
for i in range(30):
    x = torch.randn(8, 8)
    h = x
    for block in blocks:
        h = checkpoint(block, h, use_reentrant=False)
    loss = nn.functional.mse_loss(head(h), x[:, :1])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print("loss", loss.item())
print("calls", calls)
told(blocks, head)
