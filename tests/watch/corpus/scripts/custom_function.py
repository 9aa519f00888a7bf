"""A custom autograd function that saves tensors, and one with a name like ours."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)


class Mul(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, factor):
        ctx.save_for_backward(x)
        ctx.factor = factor
        return x * factor

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return gradient * ctx.factor, None


model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for i in range(20):
    loss = Mul.apply(model(torch.randn(8, 3)).pow(2).mean(), 0.5)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print("loss", loss.item())
told(model)
