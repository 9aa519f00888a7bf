"""Denoising diffusion with an exponential moving average of the weights."""

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from ending import told

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(3, 32), nn.SiLU(), nn.Linear(32, 2))
ema = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.99))
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
alphas = torch.linspace(0.999, 0.1, 20)
for i in range(40):
    clean, t, noise = torch.randn(16, 2), torch.randint(20, (16,)), torch.randn(16, 2)
    a = alphas[t].unsqueeze(1)
    noisy = a.sqrt() * clean + (1 - a).sqrt() * noise
    loss = nn.functional.mse_loss(model(torch.cat([noisy, t.unsqueeze(1) / 20], 1)), noise)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    ema.update_parameters(model)
    print("loss", loss.item())
told(model, ema)
