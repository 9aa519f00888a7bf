"""Sparse embeddings with an optimizer of their own."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
embedding, linear = nn.Embedding(50, 8, sparse=True), nn.Linear(8, 3)
one, two = torch.optim.SparseAdam(embedding.parameters()), torch.optim.Adam(linear.parameters())
for step in range(30):
    loss = nn.functional.cross_entropy(
        linear(embedding(torch.randint(50, (16,)))), torch.randint(3, (16,))
    )
    for optimizer in (one, two):
        optimizer.zero_grad()
    loss.backward()
    for optimizer in (one, two):
        optimizer.step()
    print("loss", loss.item())
told(embedding, linear)
