import torch


class Momentum:
    def __init__(self, parameters, lr, momentum):
        self.lr, self.momentum = lr, momentum
        self.moving = {p: 0.0 for p in parameters}

    def zero_grad(self):
        for p in self.moving:
            if p.grad is not None:
                p.grad.zero_()

    def step(self):
        for p, v in self.moving.items():
            self.moving[p] = self.momentum * v + self.lr * p.grad
            p.data = p.data - self.moving[p]
