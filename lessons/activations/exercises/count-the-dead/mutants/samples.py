import torch


def dead_units(hidden):
    """How many columns of (N, units) are zero for every sample."""
    return (hidden == 0).all(dim=1).sum().item()
