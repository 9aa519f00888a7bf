"""Only the head is in the optimizer; the rest is left as it is without being frozen."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(6, 12)
        self.fc = nn.Linear(12, 2)

    def forward(self, x):
        return self.fc(torch.relu(self.body(x)))


model = Net()
optimizer = torch.optim.Adam(model.fc.parameters(), lr=0.01)
for i in range(40):
    loss = nn.functional.cross_entropy(model(torch.randn(16, 6)), torch.randint(2, (16,)))
    model.zero_grad()
    loss.backward()
    optimizer.step()
    print("loss", loss.item())
told(model)
