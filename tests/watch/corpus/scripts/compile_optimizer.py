"""Only the optimizer's step is compiled; the loss is a full graph."""

import torch
from torch import nn
import torch._dynamo
from ending import told

torch.manual_seed(0)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=torch.tensor(0.05))


@torch.compile(fullgraph=False)
def step():
    optimizer.step()


@torch.compile(fullgraph=True, backend="aot_eager")
def compute_loss(x):
    return nn.functional.mse_loss(model(x), x[:, :1])


for i in range(12):
    loss = compute_loss(torch.randn(16, 4))
    loss.backward()
    step()
    optimizer.zero_grad()
    print("loss", loss.item())
print(
    "breaks",
    sum(torch._dynamo.utils.counters["graph_break"].values()),
    torch._dynamo.utils.counters["stats"]["unique_graphs"],
)
told(model)
