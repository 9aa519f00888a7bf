"""The adversarial example tutorial: gradients with respect to the picture, nothing is trained."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
model = nn.Sequential(
    nn.Flatten(), nn.Linear(16, 8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 3)
).eval()
correct = 0
for i in range(60):
    data, target = torch.rand(1, 1, 4, 4), torch.randint(3, (1,))
    data.requires_grad = True
    loss = nn.functional.nll_loss(model(data).log_softmax(1), target)
    model.zero_grad()
    loss.backward()
    perturbed = torch.clamp(data + 0.1 * data.grad.data.sign(), 0, 1)
    correct += (model(perturbed).argmax(1) == target).item()
print("correct", correct)
told(model)
