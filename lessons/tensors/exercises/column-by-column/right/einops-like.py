import torch


def column_by_column(matrix):
    return torch.einsum("rc->cr", matrix).flatten()
