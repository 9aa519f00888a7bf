import torch


def make_optimizer(model):
    groups = [
        {"params": [p], "lr": 0.1 if name.startswith("head") else 0.001}
        for name, p in model.named_parameters()
    ]
    return torch.optim.SGD(groups, lr=1.0)
