import torch


def dead_units(hidden):
    """How many columns of (N, units) are zero for every sample."""
    return (hidden.sum(dim=0, keepdim=True) != 0).all(dim=0).sum().item()
