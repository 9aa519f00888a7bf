"""Scripted and traced modules with Dropout and BatchNorm."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
model = torch.jit.script(
    nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 2))
)
print(type(torch.jit.script(nn.Dropout(0.1))).__name__, "code" if model.code else "")


@torch.jit.script
def smooth(x: torch.Tensor, p: float):
    return torch.nn.functional.dropout(x, p, True) + torch.nn.functional.batch_norm(
        x, None, None, training=True
    )


optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for i in range(30):
    x = smooth(torch.randn(16, 4), 0.1)
    loss = nn.functional.cross_entropy(model(x), torch.randint(2, (16,)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print("loss", loss.item())
told(model)
