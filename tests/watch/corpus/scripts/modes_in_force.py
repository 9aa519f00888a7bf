"""Deterministic algorithms, a count of operations, a mode of one's own around everything."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode


class Functions(TorchFunctionMode):
    count = 0

    def __torch_function__(self, function, types, args=(), kwargs=None):
        Functions.count += 1
        return function(*args, **(kwargs or {}))


class Operations(TorchDispatchMode):
    count = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        Operations.count += 1
        return function(*args, **(kwargs or {}))


torch.use_deterministic_algorithms(True)
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=torch.tensor(0.05))
with Functions():
    for i in range(90):
        x = torch.randn(8, 3)
        loss = nn.functional.mse_loss(model(x), x.sum(1, keepdim=True))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print("loss", loss.item())
print("functions", Functions.count)
with Operations():
    for i in range(5):
        loss = nn.functional.mse_loss(model(torch.ones(8, 3)), torch.ones(8, 1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
print("operations", Operations.count)
told(model)
