"""A small language model: clipping, a warm-up schedule, tied weights, attention masks."""

import math
import torch
from torch import nn
from ending import told

torch.manual_seed(0)


class Model(nn.Module):
    def __init__(self, words=40, d=16):
        super().__init__()
        self.embed = nn.Embedding(words, d)
        layer = nn.TransformerEncoderLayer(d, 2, 32, dropout=0.1, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2)
        self.decoder = nn.Linear(d, words, bias=False)
        self.decoder.weight = self.embed.weight

    def forward(self, tokens):
        mask = nn.Transformer.generate_square_subsequent_mask(tokens.size(1))
        return self.decoder(
            self.encoder(self.embed(tokens) * math.sqrt(16), mask=mask, is_causal=True)
        )


model = Model()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.1)
schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / 10))
for i in range(20):
    tokens = torch.randint(40, (4, 12))
    logits = model(tokens[:, :-1])
    loss = nn.functional.cross_entropy(logits.reshape(-1, 40), tokens[:, 1:].reshape(-1))
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 0.5)
    optimizer.step()
    schedule.step()
    print("loss", loss.item(), "lr", schedule.get_last_lr()[0])
model.eval()
with torch.no_grad():
    print(
        "held out",
        nn.functional.cross_entropy(
            model(tokens[:, :-1]).reshape(-1, 40), tokens[:, 1:].reshape(-1)
        ).item(),
    )
told(model)
