import torch


def dead_units(hidden):
    """How many columns of (N, units) are zero for every
    sample.
    """
    # TODO
    return (hidden == 0).sum().item()
