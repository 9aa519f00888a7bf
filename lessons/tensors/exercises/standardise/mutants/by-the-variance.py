import torch


def standardise(table):
    """A new table (N, F): every column with mean 0 and standard deviation 1."""
    return (table - table.mean(dim=0)) / table.var(dim=0)
