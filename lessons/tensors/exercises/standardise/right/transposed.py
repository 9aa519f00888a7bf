import torch


def standardise(table):
    columns = table.T.clone()
    deviation, mean = torch.std_mean(columns, dim=-1, keepdim=True)
    columns -= mean
    columns /= deviation
    return columns.T
