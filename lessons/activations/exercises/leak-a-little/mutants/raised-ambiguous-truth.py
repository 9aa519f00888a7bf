import torch


def leaky(x):
    """x where it is positive, 0.1 * x elsewhere."""
    if x > 0:
        return x
    return 0.1 * x
