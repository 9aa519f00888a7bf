"""A penalty on gradients of the data: backward through a backward, then the step."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 24), nn.Softplus(), nn.Linear(24, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for i in range(60):
    x = torch.randn(16, 4, requires_grad=True)
    out = model(x)
    (slope,) = torch.autograd.grad(out.sum(), x, create_graph=True)
    loss = nn.functional.mse_loss(out, x.detach().prod(1, keepdim=True)) + 0.1 * slope.pow(2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print("loss", loss.item())
told(model)
