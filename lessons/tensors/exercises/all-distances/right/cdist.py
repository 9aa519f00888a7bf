import torch


def distances(a, b):
    return torch.cdist(a.reshape(-1, 1), b.reshape(-1, 1), p=1)
