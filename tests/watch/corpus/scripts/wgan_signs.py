"""The first WGAN code: backward with a gradient of one and of minus one."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
netG, netD = nn.Linear(3, 2), nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1))
one = torch.tensor(1.0)
mone = one * -1
optD = torch.optim.RMSprop(netD.parameters(), lr=5e-4)
optG = torch.optim.RMSprop(netG.parameters(), lr=5e-4)
for i in range(30):
    netD.zero_grad()
    errD_real = netD(torch.randn(8, 2) + 1).mean()
    errD_real.backward(one)
    errD_fake = netD(netG(torch.randn(8, 3)).detach()).mean()
    errD_fake.backward(mone)
    errD = errD_real - errD_fake
    optD.step()
    with torch.no_grad():
        for p in netD.parameters():
            p.clamp_(-0.1, 0.1)
    netG.zero_grad()
    errG = netD(netG(torch.randn(8, 3))).mean()
    errG.backward(one)
    optG.step()
    print("loss", errD.item())
    print("loss 2", errG.item())
told(netG, netD)
