"""Stochastic weight averaging with its schedule and renewed BatchNorm statistics."""

import torch
from torch import nn
from torch.optim.swa_utils import SWALR, AveragedModel, update_bn
from ending import told

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 1))
averaged, optimizer = AveragedModel(model), torch.optim.SGD(model.parameters(), lr=0.05)
swa = SWALR(optimizer, swa_lr=0.02)
data = [torch.randn(16, 3) for _ in range(8)]
for epoch in range(4):
    for x in data:
        loss = nn.functional.mse_loss(model(x), x[:, :1])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print("loss", loss.item())
    averaged.update_parameters(model)
    swa.step()
update_bn(data, averaged)
told(model, averaged)
