"""Gradients of single samples with vmap, clipped and given to an optimizer (differential privacy)."""

import torch
from torch import nn
from torch.func import functional_call, grad, vmap
from ending import told

torch.manual_seed(0)
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)


def sample_loss(params, x, y):
    return ((functional_call(model, params, (x.unsqueeze(0),)).squeeze(0) - y) ** 2).mean()


for step in range(20):
    x = torch.randn(8, 3)
    params = {name: p.detach() for name, p in model.named_parameters()}
    grads = vmap(grad(sample_loss), in_dims=(None, 0, 0))(params, x, x[:, :1])
    for name, p in model.named_parameters():
        p.grad = grads[name].mean(0)
    optimizer.step()
told(model)
