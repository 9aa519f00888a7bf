import torch


def dead_units(hidden):
    """How many columns of (N, units) are zero for every sample."""
    return sum(bool((unit == 0).all()) for unit in hidden.T)
