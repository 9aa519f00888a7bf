import torch


def distances(a, b):
    """|a_i - b_j| for every i and j, as a tensor of shape (N, M)."""
    return (a.unsqueeze(1) - b).abs()
