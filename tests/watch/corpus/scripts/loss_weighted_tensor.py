"""A loss times a tensor that is no scaler's."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
weight = torch.tensor(1024.0)
for i in range(20):
    x = torch.randn(8, 4)
    loss = nn.functional.mse_loss(model(x), x[:, :1]) * (weight / 1024)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print("loss", loss.item())
told(model)
