"""torch.autograd.grad, handed to an optimizer through .grad."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
model = nn.Linear(4, 1)
params = list(model.parameters())
optimizer = torch.optim.Adam(params, lr=0.05)
for t in range(40):
    x = torch.randn(16, 4)
    loss = ((model(x) - x.sum(1, keepdim=True)) ** 2).mean()
    for p, g in zip(params, torch.autograd.grad(loss, params)):
        p.grad = g
    optimizer.step()
    print("loss", loss.item())
told(model)
