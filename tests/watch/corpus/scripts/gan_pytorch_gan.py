"""The other GAN order: the generator first, one discriminator loss that is halved."""

import torch
from torch import nn
from ending import told

torch.manual_seed(3)
generator = nn.Sequential(
    nn.Linear(4, 16), nn.BatchNorm1d(16, 0.8), nn.LeakyReLU(0.2), nn.Linear(16, 2)
)
discriminator = nn.Sequential(nn.Linear(2, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1), nn.Sigmoid())
adversarial_loss = nn.BCELoss()
optimizer_G = torch.optim.Adam(generator.parameters(), lr=2e-4)
optimizer_D = torch.optim.Adam(discriminator.parameters(), lr=2e-4)
for i in range(40):
    valid, fake = torch.ones(8, 1), torch.zeros(8, 1)
    real_imgs = torch.randn(8, 2)
    optimizer_G.zero_grad()
    gen_imgs = generator(torch.randn(8, 4))
    g_loss = adversarial_loss(discriminator(gen_imgs), valid)
    g_loss.backward()
    optimizer_G.step()
    optimizer_D.zero_grad()
    real_loss = adversarial_loss(discriminator(real_imgs), valid)
    fake_loss = adversarial_loss(discriminator(gen_imgs.detach()), fake)
    d_loss = (real_loss + fake_loss) / 2
    d_loss.backward()
    optimizer_D.step()
    print("loss", g_loss.item())
    print("loss 2", d_loss.item())
told(generator, discriminator)
