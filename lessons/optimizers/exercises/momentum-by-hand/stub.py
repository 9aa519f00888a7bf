import torch


class Momentum:
    """SGD with momentum: v <- momentum * v + gradient, p <- p
    - lr * v.
    """

    def __init__(self, parameters, lr, momentum):
        self.parameters = list(parameters)
        self.lr = lr
        self.momentum = momentum
        # TODO: a velocity for every parameter

    def zero_grad(self):
        """Clear every gradient."""
        # TODO

    def step(self):
        """Move every parameter by its velocity."""
        # TODO
