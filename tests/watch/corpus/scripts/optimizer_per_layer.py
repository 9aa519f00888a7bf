"""An optimizer for each layer, all of them for one loss."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 1))
optimizers = [torch.optim.SGD(layer.parameters(), lr=0.05) for layer in model[::2]]
for i in range(60):
    x = torch.randn(16, 4)
    loss = nn.functional.mse_loss(model(x), x.sum(1, keepdim=True))
    for optimizer in optimizers:
        optimizer.zero_grad()
    loss.backward()
    for optimizer in optimizers:
        optimizer.step()
    print("loss", loss.item())
told(model)
