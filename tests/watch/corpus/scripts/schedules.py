"""Warm-up, a cosine, then a rate that falls in steps: each step says its rate."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(6, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.SGD(
    [{"params": model[:2].parameters()}, {"params": model[2:].parameters(), "lr": 0.02}],
    lr=0.1,
    momentum=0.9,
)
warm = torch.optim.lr_scheduler.LinearLR(optimizer, 0.1, 1.0, 10)
cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 80)
steps = torch.optim.lr_scheduler.StepLR(optimizer, 40, 0.1)
schedule = torch.optim.lr_scheduler.SequentialLR(optimizer, [warm, cosine, steps], [10, 90])
for i in range(200):
    x = torch.randn(16, 6)
    loss = nn.functional.mse_loss(model(x).squeeze(1), x[:, 0] * x[:, 1])
    optimizer.zero_grad()
    loss.backward()
    print("lr", optimizer.param_groups[0]["lr"])
    optimizer.step()
    schedule.step()
    print("loss", loss.item())
told(model)
