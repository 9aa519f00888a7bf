"""Truncated backpropagation through time: the state is detached between pieces."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
rnn, out = nn.LSTM(5, 12), nn.Linear(12, 5)
optimizer = torch.optim.SGD([*rnn.parameters(), *out.parameters()], lr=0.1)
hidden = None
for i in range(30):
    x = nn.functional.one_hot(torch.randint(5, (7, 2)), 5).float()
    answer, hidden = rnn(x, hidden)
    hidden = tuple(h.detach() for h in hidden)
    loss = nn.functional.cross_entropy(out(answer).view(-1, 5), torch.randint(5, (14,)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print("loss", loss.item())
told(rnn, out)
