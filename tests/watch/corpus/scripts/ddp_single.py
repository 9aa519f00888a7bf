"""One rank in the process itself: DistributedDataParallel, no_sync and accumulation."""

import os
import tempfile
import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel as DDP
from ending import told

store = os.path.join(tempfile.mkdtemp(), "store")
dist.init_process_group("gloo", init_method=f"file://{store}", rank=0, world_size=1)
torch.manual_seed(0)
model = DDP(nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, 1)))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for i in range(15):
    total = 0.0
    for part in range(2):
        x = torch.randn(8, 4)
        if part == 0:
            with model.no_sync():
                loss = nn.functional.mse_loss(model(x), x[:, :1]) / 2
                loss.backward()
        else:
            loss = nn.functional.mse_loss(model(x), x[:, :1]) / 2
            loss.backward()
        total += loss.item()
    optimizer.step()
    optimizer.zero_grad()
    print("loss", total)
told(model)
dist.destroy_process_group()
