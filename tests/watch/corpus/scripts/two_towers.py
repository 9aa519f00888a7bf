"""Two towers and a temperature, one of them followed by an average of itself (momentum)."""

import copy
import torch
from torch import nn
from ending import told

torch.manual_seed(0)
query, key = nn.Linear(8, 16), nn.Linear(6, 16)
slow = copy.deepcopy(key).requires_grad_(False)
temperature = nn.Parameter(torch.tensor(0.1))
weights = [*query.parameters(), *key.parameters(), temperature]
optimizer = torch.optim.AdamW(weights, lr=0.01, weight_decay=0.1)
for i in range(60):
    x = torch.randn(24, 8)
    y = x[:, :6] + 0.1 * torch.randn(24, 6)
    a = nn.functional.normalize(query(x), dim=1)
    b = nn.functional.normalize(key(y), dim=1)
    c = nn.functional.normalize(slow(y), dim=1)
    scores = a @ b.T / temperature.abs()
    both = torch.arange(24)
    one = nn.functional.cross_entropy(scores, both)
    two = nn.functional.cross_entropy(scores.T, both)
    loss = (one + two) / 2 + 0.1 * nn.functional.cross_entropy(a @ c.T / 0.1, both)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for p, q in zip(slow.parameters(), key.parameters()):
            p.lerp_(q, 0.01)
    print("loss", loss.item())
told(query, key, slow, temperature)
