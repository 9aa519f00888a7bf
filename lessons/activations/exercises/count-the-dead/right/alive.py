import torch


def dead_units(hidden):
    alive = torch.count_nonzero(hidden, dim=0) > 0
    return hidden.shape[1] - alive.sum()
