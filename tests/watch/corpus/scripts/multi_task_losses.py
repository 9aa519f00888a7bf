"""Two losses of one model, each with a backward pass, and one step."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
body, left, right = nn.Linear(4, 8), nn.Linear(8, 1), nn.Linear(8, 3)
optimizer = torch.optim.SGD([*body.parameters(), *left.parameters(), *right.parameters()], lr=0.05)
for step in range(30):
    h = torch.tanh(body(torch.randn(16, 4)))
    optimizer.zero_grad()
    regression = left(h).pow(2).mean()
    regression.backward(retain_graph=True)
    classification = nn.functional.cross_entropy(right(h), torch.randint(3, (16,)))
    classification.backward()
    optimizer.step()
    print("loss", regression.item() + classification.item())
    print("loss regression", regression.item())
    print("loss classification", classification.item())
told(body, left, right)
