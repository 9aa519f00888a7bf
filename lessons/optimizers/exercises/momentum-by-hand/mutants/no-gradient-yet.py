import torch


class Momentum:
    """SGD with momentum: v <- momentum * v + gradient, p <- p - lr * v."""

    def __init__(self, parameters, lr, momentum):
        self.parameters = list(parameters)
        self.lr = lr
        self.momentum = momentum
        self.velocities = [torch.zeros_like(p) for p in self.parameters]

    def zero_grad(self):
        """Clear every gradient."""
        for p in self.parameters:
            p.grad.zero_()

    def step(self):
        """Move every parameter by its velocity."""
        with torch.no_grad():
            for p, v in zip(self.parameters, self.velocities):
                v.mul_(self.momentum).add_(p.grad)
                p.sub_(self.lr * v)
