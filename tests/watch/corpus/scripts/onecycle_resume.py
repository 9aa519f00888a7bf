"""Saves a checkpoint in the middle, loads it into new objects and goes on."""

import io
import torch
from torch import nn
from ending import told


def fresh():
    model = nn.Sequential(nn.Linear(3, 8), nn.Dropout(0.1), nn.Linear(8, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, nesterov=True)
    return model, optimizer, torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=40)


torch.manual_seed(0)
model, optimizer, scheduler = fresh()
for i in range(40):
    if i == 20:
        buffer = io.BytesIO()
        torch.save([each.state_dict() for each in (model, optimizer, scheduler)], buffer)
        model, optimizer, scheduler = fresh()
        for each, state in zip(
            (model, optimizer, scheduler),
            torch.load(io.BytesIO(buffer.getvalue()), weights_only=False),
        ):
            each.load_state_dict(state)
    x = torch.randn(16, 3)
    loss = nn.functional.mse_loss(model(x), x[:, :1])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    scheduler.step()
    print("loss" if i < 20 else "loss 2", loss.item())
told(model)
