"""Two models, each trained in a thread of its own: only one of them is followed."""

import threading
import torch
from torch import nn
from ending import told

torch.manual_seed(0)
models = [nn.Linear(4, 1), nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))]
losses = [[], []]


def train(k):
    chance = torch.Generator().manual_seed(k)
    optimizer = torch.optim.SGD(models[k].parameters(), lr=0.02)
    for i in range(80):
        x = torch.randn(16, 4, generator=chance)
        loss = nn.functional.mse_loss(models[k](x), x.sum(1, keepdim=True))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses[k].append(loss.item())


threads = [threading.Thread(target=train, args=(k,)) for k in (0, 1)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(losses)
print([thread.name for thread in threading.enumerate()])
told(*models)
