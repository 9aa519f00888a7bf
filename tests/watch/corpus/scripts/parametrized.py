"""Weights that are computed from others: weight norm, spectral norm, orthogonal."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
from torch.nn.utils.parametrizations import orthogonal, spectral_norm, weight_norm

model = nn.Sequential(
    weight_norm(nn.Linear(4, 8)), nn.ReLU(), spectral_norm(nn.Linear(8, 8)), orthogonal(nn.Linear(8, 1))
)
optimizer = torch.optim.NAdam(model.parameters(), lr=0.01)
for i in range(40):
    x = torch.randn(16, 4)
    loss = nn.functional.mse_loss(model(x), x.sum(1, keepdim=True))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print("loss", loss.item())
told(model)
