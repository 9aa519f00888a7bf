import torch


def make_optimizer(model):
    """One SGD optimizer: model.body with lr 0.001, model.head with lr 0.1."""
    return torch.optim.Adam(
        [
            {"params": model.body.parameters(), "lr": 0.001},
            {"params": model.head.parameters(), "lr": 0.1},
        ]
    )
