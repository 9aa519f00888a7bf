"""The NLP tutorial: a loss per sentence, one step each, total printed per epoch."""

import torch
from torch import nn
from ending import told

torch.manual_seed(1)
words = [torch.randint(20, (3,)) for _ in range(15)]
embeddings, linear1, linear2 = nn.Embedding(20, 10), nn.Linear(20, 16), nn.Linear(16, 20)
everything = nn.ModuleList([embeddings, linear1, linear2])
optimizer = torch.optim.SGD(everything.parameters(), lr=0.01)
loss_function = nn.NLLLoss()
for epoch in range(4):
    total_loss = 0
    for triple in words:
        everything.zero_grad()
        embeds = embeddings(triple[:2]).view(1, -1)
        log_probs = linear2(torch.relu(linear1(embeds))).log_softmax(1)
        loss = loss_function(log_probs, triple[2:])
        loss.backward()
        optimizer.step()
        total_loss += loss.item()
        print("loss", loss.item())
    print("epoch", total_loss)
told(everything)
