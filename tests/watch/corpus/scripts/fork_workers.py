"""Workers that are forked train their own models; the parent trains as well."""

import os
import torch
from torch import nn
from ending import told


def train(seed, say):
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    model = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for i in range(20):
        loss = (model(torch.randn(8, 2)) - 1).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if say:
            print("loss", loss.item(), flush=True)
    return model


for seed in (1, 2):
    if os.fork() == 0:
        train(seed, False)
        os._exit(0)
    print("child ended", os.wait()[1], flush=True)
told(train(0, True))
