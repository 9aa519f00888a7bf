"""Autocast to bfloat16, a scaler, several groups of parameters, accumulation, a schedule."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(8, 32), nn.LayerNorm(32), nn.ReLU(), nn.Linear(32, 4))
decayed = [p for p in model.parameters() if p.dim() > 1]
others = [p for p in model.parameters() if p.dim() < 2]
optimizer = torch.optim.AdamW(
    [{"params": decayed, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}], lr=0.01
)
scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
schedule = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, 10)
for i in range(40):
    total = 0.0
    for part in range(2):
        x, y = torch.randn(16, 8), torch.randint(4, (16,))
        with torch.autocast("cpu", torch.bfloat16):
            loss = nn.functional.cross_entropy(model(x), y) / 2
        total += loss.item()
        scaler.scale(loss).backward()
    print("lr", optimizer.param_groups[0]["lr"])
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    scaler.step(optimizer)
    scaler.update()
    optimizer.zero_grad()
    schedule.step()
    print("loss", total)
told(model)
