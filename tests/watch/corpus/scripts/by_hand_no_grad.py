"""Weights moved by hand under no_grad, gradients zeroed in place: the first tutorial."""

import torch
from ending import told

torch.manual_seed(0)
x = torch.linspace(-3.14, 3.14, 200)
y = torch.sin(x)
a, b = torch.randn((), requires_grad=True), torch.randn((), requires_grad=True)
for t in range(50):
    loss = (a + b * x - y).pow(2).mean()
    loss.backward()
    with torch.no_grad():
        a -= 1e-2 * a.grad
        b -= 1e-2 * b.grad
        a.grad.zero_()
        b.grad.zero_()
    print("loss", loss.item())
told(a, b)
