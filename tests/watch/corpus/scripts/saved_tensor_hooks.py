"""Saved tensors are packed and unpacked by hooks that count."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
counts = {"pack": 0, "unpack": 0}


def pack(tensor):
    counts["pack"] += 1
    return tensor.clone()


def unpack(tensor):
    counts["unpack"] += 1
    return tensor


model = nn.Sequential(nn.Linear(1, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
x = torch.linspace(-1, 1, 32).unsqueeze(1)
for i in range(20):
    with torch.autograd.graph.saved_tensors_hooks(pack, unpack):
        loss = nn.functional.mse_loss(model(x), x * 2) / 2
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print("loss", loss.item())
print(counts)
told(model)
