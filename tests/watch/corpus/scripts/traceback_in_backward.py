"""An error in a backward pass: its traceback is torch's and the script's."""

import torch


class Fails(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, gradient):
        raise ValueError("no gradient today")


x = torch.ones(2, requires_grad=True)
for i in range(3):
    x.sum().backward()
Fails.apply(x).sum().backward()
