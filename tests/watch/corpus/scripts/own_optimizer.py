"""Optimizers of one's own: a subclass with a rate of another name, and a wrapper around it."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)


class Lion(torch.optim.Optimizer):
    def __init__(self, params, rate=0.01):
        super().__init__(params, {"rate": rate})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                kept = self.state[p].setdefault("mean", torch.zeros_like(p))
                p.add_((0.9 * kept + 0.1 * p.grad).sign(), alpha=-group["rate"])
                kept.mul_(0.99).add_(p.grad, alpha=0.01)


class Lookahead:
    def __init__(self, inner, every=5):
        self.inner, self.every, self.count = inner, every, 0
        self.slow = [p.detach().clone() for g in inner.param_groups for p in g["params"]]

    def zero_grad(self):
        self.inner.zero_grad()

    def step(self):
        self.inner.step()
        self.count += 1
        if self.count % self.every == 0:
            fast = [p for g in self.inner.param_groups for p in g["params"]]
            for p, slow in zip(fast, self.slow):
                slow.lerp_(p.detach(), 0.5)
                p.data.copy_(slow)


model = nn.Sequential(nn.Linear(5, 12), nn.GELU(), nn.Linear(12, 1))
optimizer = Lookahead(Lion(model.parameters()))
for i in range(80):
    x = torch.randn(16, 5)
    loss = nn.functional.smooth_l1_loss(model(x), x.prod(1, keepdim=True))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print("loss", loss.item())
told(model)
