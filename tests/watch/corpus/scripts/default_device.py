"""A default device, a subclass of Tensor, deterministic algorithms, anomaly detection."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
torch.set_default_device("cpu")
torch.use_deterministic_algorithms(True)
calls = []


class Noted(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        calls.append(getattr(func, "__name__", str(func)))
        return super().__torch_function__(func, types, args, kwargs or {})


model = nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
with torch.autograd.set_detect_anomaly(True):
    for i in range(10):
        x = torch.randn(8, 2).as_subclass(Noted)
        loss = model(x).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print("loss", loss.item())
print(len(calls), sorted(set(calls)))
told(model)
