import torch


def distances(a, b):
    """|a_i - b_j| for every i and j, as a tensor of shape (N,
    M).
    """
    # TODO: without a loop
