"""A gradient scaler and accumulation at once."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
model = nn.Linear(8, 1)
opt = torch.optim.AdamW(model.parameters(), lr=0.01)
scaler = torch.amp.GradScaler("cpu", init_scale=1024.0, growth_interval=3)
running = 0.0
for i in range(48):
    x = torch.randn(16, 8)
    loss = ((model(x) - x[:, :1]) ** 2).mean() / 4
    scaler.scale(loss).backward()
    running += loss.item()
    if (i + 1) % 4 == 0:
        scaler.step(opt)
        scaler.update()
        opt.zero_grad()
        print("loss", running)
        running = 0.0
told(model)
