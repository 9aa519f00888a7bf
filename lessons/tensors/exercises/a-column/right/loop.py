import torch


def to_column(readings):
    return torch.Tensor([[float(reading)] for reading in readings])
