import torch


@torch.no_grad()
def step(parameters, loss, lr):
    for p, g in zip(parameters, torch.autograd.grad(loss, parameters)):
        p.sub_(g, alpha=lr)
