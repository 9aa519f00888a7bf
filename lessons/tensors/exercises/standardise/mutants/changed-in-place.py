import torch


def standardise(table):
    """A new table (N, F): every column with mean 0 and standard deviation 1."""
    table -= table.mean(dim=0)
    table /= table.std(dim=0)
    return table
