"""Signals in the middle of training: an alarm, a request to save, ctrl+c that is caught."""

import os
import signal
import torch
from torch import nn
from ending import told

torch.manual_seed(0)
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
heard = []
print([signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGHUP)])
signal.signal(signal.SIGUSR1, lambda number, frame: heard.append((number, frame.f_code.co_name)))
signal.signal(signal.SIGTERM, lambda number, frame: heard.append(number))
try:
    for i in range(100):
        loss = nn.functional.mse_loss(model(torch.randn(8, 3)), torch.zeros(8, 1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print("loss", loss.item())
        if i % 20 == 10:
            os.kill(os.getpid(), signal.SIGUSR1)
        if i == 50:
            os.kill(os.getpid(), signal.SIGTERM)
        if i == 70:
            signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt:
    print("interrupted", i, heard)
told(model)
signal.signal(signal.SIGTERM, signal.SIG_DFL)
os.kill(os.getpid(), signal.SIGTERM)
