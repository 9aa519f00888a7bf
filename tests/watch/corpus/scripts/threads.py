"""The training runs in a thread that is not the main one."""

import threading
import torch
from torch import nn
from ending import told

torch.manual_seed(0)
model = nn.Linear(2, 1)


def train():
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for i in range(20):
        loss = (model(torch.randn(8, 2)) - 1).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print("loss", loss.item())


thread = threading.Thread(target=train)
thread.start()
thread.join()
told(model)
