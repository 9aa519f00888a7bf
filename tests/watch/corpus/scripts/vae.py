"""The VAE example: a summed loss, printed as it is."""

import torch
from torch import nn
from torch.nn import functional as F
from ending import told

torch.manual_seed(1)
encode, mu_of, var_of = nn.Linear(20, 16), nn.Linear(16, 4), nn.Linear(16, 4)
decode = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 20), nn.Sigmoid())
modules = nn.ModuleList([encode, mu_of, var_of, decode])
optimizer = torch.optim.Adam(modules.parameters(), lr=1e-3)
for i in range(40):
    data = torch.rand(32, 20)
    optimizer.zero_grad()
    h = F.relu(encode(data))
    mu, logvar = mu_of(h), var_of(h)
    recon = decode(mu + torch.randn_like(mu) * torch.exp(0.5 * logvar))
    bce = F.binary_cross_entropy(recon, data, reduction="sum")
    loss = bce - 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    loss.backward()
    optimizer.step()
    print("loss", loss.item())
told(modules)
