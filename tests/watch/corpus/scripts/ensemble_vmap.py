"""Five models at once, stacked and mapped over; one loss, one optimizer."""

import copy
import torch
from torch import nn
from ending import told

torch.manual_seed(0)
from torch.func import functional_call, stack_module_state, vmap

models = [nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 1)) for _ in range(5)]
params, buffers = stack_module_state(models)
base = copy.deepcopy(models[0]).to("meta")
optimizer = torch.optim.Adam(params.values(), lr=0.02)


def one(params, buffers, x):
    return functional_call(base, (params, buffers), (x,))


for i in range(60):
    x = torch.randn(16, 3)
    out = vmap(one, in_dims=(0, 0, None))(params, buffers, x)
    loss = (out - x.sum(1, keepdim=True)).pow(2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print("loss", loss.item())
told(*params.values())
