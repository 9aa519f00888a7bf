"""Writes to standard output and error, bytes that are no text, progress bars and warnings."""

import logging
import sys
import warnings
import torch
from torch import nn
from ending import told

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
torch.manual_seed(0)
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for i in range(10):
    loss = model(torch.randn(8, 3)).pow(2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    sys.stderr.write(f"\r{i * 10:3}%")
    logging.info("step %d", i)
sys.stdout.flush()
sys.stdout.buffer.write(b"\xff\xfe raw \x1b[31mred\x1b[0m \xe2\x82")
sys.stdout.buffer.write(b"\xac\n")
sys.stdout.flush()
warnings.warn("mind the gap", stacklevel=1)
told(model)
print("last", end="")
