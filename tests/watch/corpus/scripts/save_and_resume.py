"""Half the training, everything saved, everything made anew and loaded, the other half."""

import io
import random
import torch
from torch import nn
from ending import told

torch.manual_seed(0)


def made():
    model = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.2), nn.Linear(8, 1))
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.02)
    return model, optimizer, torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.97)


def train(model, optimizer, schedule, name):
    for i in range(30):
        x = torch.randn(16, 4)
        loss = nn.functional.mse_loss(model(x), x.sum(1, keepdim=True))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        print(name, loss.item())


parts = made()
train(*parts, "loss")
file = io.BytesIO()
states = [part.state_dict() for part in parts]
torch.save({"states": states, "torch": torch.get_rng_state(), "chance": random.getstate()}, file)
print(len(file.getvalue()))
file.seek(0)
kept = torch.load(file, weights_only=False)
again = made()
for part, state in zip(again, kept["states"]):
    part.load_state_dict(state)
torch.set_rng_state(kept["torch"])
random.setstate(kept["chance"])
train(*again, "loss 2")
told(again[0])
