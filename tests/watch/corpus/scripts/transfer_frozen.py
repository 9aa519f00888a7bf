"""A frozen body in evaluation mode and a new head; the optimizer was given everything."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
body = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten())
for p in body.parameters():
    p.requires_grad = False
head = nn.Linear(4 * 36, 3)
model = nn.Sequential(body, head)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
for epoch in range(5):
    for phase in ("train", "val"):
        model.train(phase == "train")
        for i in range(4):
            inputs, labels = torch.randn(8, 1, 8, 8), torch.randint(3, (8,))
            optimizer.zero_grad()
            with torch.set_grad_enabled(phase == "train"):
                loss = nn.functional.cross_entropy(model(inputs), labels)
                if phase == "train":
                    loss.backward()
                    optimizer.step()
                    print("loss", loss.item())
told(model)
