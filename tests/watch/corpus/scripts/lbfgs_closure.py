"""LBFGS with a closure that prints, as in the sine wave example; many passes in the first step."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1)).double()
x = torch.linspace(-1, 1, 32, dtype=torch.double).unsqueeze(1)
y = x**3
optimizer = torch.optim.LBFGS(model.parameters(), lr=0.8, max_iter=80, max_eval=100)


def closure():
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    print("loss", loss.item())
    loss.backward()
    return loss


for i in range(3):
    optimizer.step(closure)
told(model)
