"""Encoder and decoder with an optimizer each, and one loss for both, as in the translation tutorial."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
encoder, decoder = nn.GRU(4, 8), nn.Linear(8, 5)
encoder_optimizer = torch.optim.Adam(encoder.parameters(), lr=0.01)
decoder_optimizer = torch.optim.Adam(decoder.parameters(), lr=0.01)
criterion = nn.NLLLoss()
for step in range(30):
    encoder_optimizer.zero_grad()
    decoder_optimizer.zero_grad()
    out, _ = encoder(torch.randn(6, 3, 4))
    loss = criterion(decoder(out).log_softmax(-1).view(-1, 5), torch.randint(5, (18,)))
    loss.backward()
    encoder_optimizer.step()
    decoder_optimizer.step()
    print("loss", loss.item())
told(encoder, decoder)
