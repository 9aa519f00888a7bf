import torch


def make_optimizer(model):
    """One SGD optimizer: model.body with lr 0.001, model.head
    with lr 0.1.
    """
    # TODO: two groups, two learning rates
    return torch.optim.SGD(model.parameters(), lr=0.1)
