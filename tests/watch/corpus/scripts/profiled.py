"""The profiler sees the script's operations and no others; a counting mode too."""

import os

os.environ["KINETO_LOG_LEVEL"] = "99"
import torch
from torch import nn
from torch.profiler import ProfilerActivity, profile
from torch.utils.flop_counter import FlopCounterMode
from torch.overrides import TorchFunctionMode
from ending import told

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(1, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
x = torch.linspace(-1, 1, 16).unsqueeze(1)


def step():
    loss = nn.functional.mse_loss(model(x), x)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


class Counting(TorchFunctionMode):
    count = 0

    def __torch_function__(self, func, types, args=(), kwargs=None):
        Counting.count += 1
        return func(*args, **(kwargs or {}))


for i in range(5):
    step()
with profile(activities=[ProfilerActivity.CPU]) as prof:
    for i in range(5):
        step()
print(
    sorted(
        (event.key, event.count) for event in prof.key_averages() if event.key.startswith("aten::")
    )
)
with FlopCounterMode(display=False) as flops:
    for i in range(3):
        step()
print(flops.get_total_flops())
with Counting():
    for i in range(5):
        step()
print(Counting.count)
told(model)
