"""First-order meta-learning: inner gradients that are not differentiated."""

import torch
from torch import nn
from torch.func import functional_call
from ending import told

torch.manual_seed(0)
model = nn.Linear(2, 1)
meta = torch.optim.SGD(model.parameters(), lr=0.01)
for step in range(25):
    meta.zero_grad()
    x = torch.randn(10, 2)
    weights = dict(model.named_parameters())
    inner = nn.functional.mse_loss(functional_call(model, weights, (x,)), x[:, :1])
    grads = torch.autograd.grad(inner, weights.values())
    weights = {n: w - 0.1 * g for (n, w), g in zip(weights.items(), grads)}
    loss = nn.functional.mse_loss(functional_call(model, weights, (x,)), x[:, :1])
    loss.backward()
    meta.step()
    print("loss", loss.item())
told(model)
