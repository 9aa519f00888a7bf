import torch


def standardise(table):
    columns = []
    for j in range(table.shape[1]):
        column = table[:, j]
        columns.append((column - column.mean()) / column.std())
    return torch.stack(columns, dim=1)
