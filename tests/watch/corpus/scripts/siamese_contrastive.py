"""A triplet loss over one network called three times."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
net = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 4))
optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
triplet_loss = nn.TripletMarginLoss()
for i in range(30):
    anchor = torch.randn(8, 8)
    loss = triplet_loss(net(anchor), net(anchor + 0.1 * torch.randn(8, 8)), net(torch.randn(8, 8)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print("loss", loss.item())
told(net)
