"""Meta-learning: inner steps that are differentiated once more, one outer optimizer."""

import torch
from torch import nn
from torch.func import functional_call
from ending import told

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(1, 16), nn.ReLU(), nn.Linear(16, 1))
meta = torch.optim.Adam(model.parameters(), lr=1e-3)
for step in range(25):
    meta.zero_grad()
    outer_loss = 0.0
    for task in range(3):
        phase = torch.rand(1) * 3
        x = torch.rand(10, 1) * 4 - 2
        y = torch.sin(x + phase)
        weights = dict(model.named_parameters())
        for _ in range(2):
            inner = nn.functional.mse_loss(functional_call(model, weights, (x,)), y)
            grads = torch.autograd.grad(inner, weights.values(), create_graph=True)
            weights = {n: w - 0.01 * g for (n, w), g in zip(weights.items(), grads)}
        outer_loss = outer_loss + nn.functional.mse_loss(functional_call(model, weights, (x,)), y)
    outer_loss = outer_loss / 3
    outer_loss.backward()
    meta.step()
    print("loss", outer_loss.item())
told(model)
