import torch


class Momentum(torch.optim.Optimizer):
    def __init__(self, parameters, lr, momentum):
        super().__init__(parameters, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                v = self.state[p].get("v", torch.zeros_like(p))
                self.state[p]["v"] = v = group["momentum"] * v + p.grad
                p.add_(v, alpha=-group["lr"])
