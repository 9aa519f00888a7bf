"""A compiled step with graph breaks at backward and the optimizer, without a C++ compiler."""
import torch
from torch import nn
import torch._dynamo
from ending import told

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.2), nn.Linear(8, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)


@torch.compile(backend="eager")
def step(x):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), x[:, :1])
    loss.backward()
    optimizer.step()
    return loss


for i in range(10):
    print("loss", step(torch.randn(16, 4)).item())
counters = torch._dynamo.utils.counters
print(sum(counters["graph_break"].values()), counters["stats"]["unique_graphs"])
told(model)
