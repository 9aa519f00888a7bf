"""A scaler whose scale is too large at first: steps are left out, and the loss is told all the same."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
scaler = torch.amp.GradScaler("cpu", init_scale=2.0**127, growth_interval=1000)
for i in range(30):
    x = torch.randn(8, 4)
    loss = ((model(x) * 8 - 5) ** 2).mean()
    optimizer.zero_grad()
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
    if i >= 20:
        print("loss", loss.item())
told(model)
