"""A graph network with a sparse adjacency matrix and a mask for the labels."""

import torch
from torch import nn
from torch.nn import functional as F
from ending import told

torch.manual_seed(42)
adjacency = (torch.rand(30, 30) < 0.2).float() + torch.eye(30)
adjacency = (adjacency / adjacency.sum(1, keepdim=True)).to_sparse()
features, labels, train = torch.randn(30, 6), torch.randint(3, (30,)), torch.arange(30) < 20
first, second = nn.Linear(6, 16), nn.Linear(16, 3)
optimizer = torch.optim.Adam(
    [*first.parameters(), *second.parameters()], lr=0.01, weight_decay=5e-4
)
for epoch in range(40):
    h = F.dropout(F.relu(torch.sparse.mm(adjacency, first(features))), 0.5)
    output = F.log_softmax(torch.sparse.mm(adjacency, second(h)), dim=1)
    loss_train = F.nll_loss(output[train], labels[train])
    optimizer.zero_grad()
    loss_train.backward()
    optimizer.step()
    print("loss", loss_train.item())
told(first, second)
