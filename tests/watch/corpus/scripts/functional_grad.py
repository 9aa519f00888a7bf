"""torch.func: parameters as a dictionary, grad_and_value, updates out of place."""

import torch
from torch import nn
from torch.func import functional_call, grad_and_value
from ending import told

torch.manual_seed(0)
model = nn.Linear(3, 1)
params = {name: p.detach() for name, p in model.named_parameters()}


def compute_loss(params, x, y):
    return nn.functional.mse_loss(functional_call(model, params, (x,)), y)


for step in range(30):
    x = torch.randn(16, 3)
    grads, loss = grad_and_value(compute_loss)(params, x, x[:, :1])
    params = {name: p - 0.1 * grads[name] for name, p in params.items()}
    print("loss", loss.item())
told(*params.values())
