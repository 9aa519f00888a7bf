"""A recurrent network over one long text, its state cut off from the graph after each part."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
LENGTH, PART = 480, 12
text = torch.randint(12, (4, LENGTH + 1))
embed, cell, head = nn.Embedding(12, 16), nn.LSTM(16, 24, batch_first=True), nn.Linear(24, 12)
model = nn.ModuleList([embed, cell, head])
optimizer = torch.optim.RMSprop(model.parameters(), lr=0.01)
state = None
for at in range(0, LENGTH, PART):
    if state is not None:
        state = tuple(part.detach() for part in state)
    out, state = cell(embed(text[:, at : at + PART]), state)
    scores = head(out).flatten(0, 1)
    loss = nn.functional.cross_entropy(scores, text[:, at + 1 : at + PART + 1].flatten())
    model.zero_grad(set_to_none=False)
    loss.backward()
    nn.utils.clip_grad_value_(model.parameters(), 0.1)
    optimizer.step()
    print(f"loss {loss.item():.6f}")
told(model)
