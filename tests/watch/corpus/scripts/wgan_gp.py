"""WGAN with a gradient penalty: autograd.grad with create_graph inside the loss."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
generator = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 2))
critic = nn.Sequential(nn.Linear(2, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1))
opt_g = torch.optim.Adam(generator.parameters(), lr=1e-3, betas=(0.0, 0.9))
opt_c = torch.optim.Adam(critic.parameters(), lr=1e-3, betas=(0.0, 0.9))


def penalty(real, fake):
    mix = torch.rand(real.size(0), 1)
    between = (mix * real + (1 - mix) * fake).requires_grad_(True)
    grads = torch.autograd.grad(critic(between).sum(), between, create_graph=True)[0]
    return ((grads.norm(2, dim=1) - 1) ** 2).mean()


for i in range(30):
    for _ in range(2):
        real = torch.randn(16, 2) + 2
        fake = generator(torch.randn(16, 4)).detach()
        d_loss = critic(fake).mean() - critic(real).mean() + 10 * penalty(real, fake)
        opt_c.zero_grad()
        d_loss.backward()
        opt_c.step()
        print("loss", d_loss.item())
    g_loss = -critic(generator(torch.randn(16, 4))).mean()
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    print("loss 2", g_loss.item())
told(generator, critic)
