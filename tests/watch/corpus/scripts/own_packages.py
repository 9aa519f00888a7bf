"""A project whose packages are called engine, lessons and tui, as in much code for vision."""

import os
import sys
import tempfile
import torch
from torch import nn
from ending import told

folder = tempfile.mkdtemp()
for name in ("engine", "lessons", "tui"):
    os.makedirs(f"{folder}/{name}")
    with open(f"{folder}/{name}/__init__.py", "w") as file:
        file.write(f"whose = 'the project, {name}'\n")
with open(f"{folder}/engine/trainer.py", "w") as file:
    file.write(
        "def step(loss, optimizer):\n    optimizer.zero_grad()\n    loss.backward()\n    optimizer.step()\n"
    )
sys.path.insert(0, folder)
import engine
import lessons
import tui
from engine.trainer import step

print(
    engine.whose,
    lessons.whose,
    tui.whose,
    sorted(n for n in sys.modules if n.split(".")[0] in ("engine", "tui")),
)
torch.manual_seed(0)
model = nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for i in range(20):
    loss = model(torch.randn(8, 2)).pow(2).mean()
    step(loss, optimizer)
    print("loss", loss.item())
told(model)
