"""A step for each weight in the middle of the backward pass, which saves memory."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
optimizers = {p: torch.optim.Adam([p], foreach=False) for p in model.parameters()}


def step_now(parameter):
    optimizers[parameter].step()
    optimizers[parameter].zero_grad()


for p in model.parameters():
    p.register_post_accumulate_grad_hook(step_now)
for i in range(25):
    loss = model(torch.randn(8, 4)).pow(2).mean()
    loss.backward()
    print("loss", loss.item())
told(model)
