import torch


def column_by_column(matrix):
    return torch.cat([matrix[:, j] for j in range(matrix.shape[1])])
