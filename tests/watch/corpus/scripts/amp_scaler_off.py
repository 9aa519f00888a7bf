"""A scaler that is switched off, as scripts do on the CPU."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
scaler = torch.amp.GradScaler("cpu", enabled=False)
for i in range(20):
    x = torch.randn(8, 4)
    loss = nn.functional.smooth_l1_loss(model(x), x[:, 1:2])
    optimizer.zero_grad()
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
    print("loss", loss.item())
told(model)
