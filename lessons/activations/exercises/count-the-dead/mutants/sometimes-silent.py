import torch


def dead_units(hidden):
    """How many columns of (N, units) are zero for every sample."""
    return (hidden == 0).any(dim=0).sum().item()
