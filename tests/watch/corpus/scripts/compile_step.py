"""The whole step is compiled with a C++ compiler, backward and optimizer included."""

import torch
from torch import nn
import torch._dynamo
from ending import told

torch.manual_seed(0)
model = nn.Linear(4, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)


@torch.compile
def train_step(x, y):
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss


for i in range(12):
    x = torch.randn(16, 4)
    print("loss", train_step(x, x[:, :1]).item())
print(
    "frames",
    dict(torch._dynamo.utils.counters["frames"]),
    "graphs",
    torch._dynamo.utils.counters["stats"]["unique_graphs"],
)
print("breaks", sum(torch._dynamo.utils.counters["graph_break"].values()))
told(model)
