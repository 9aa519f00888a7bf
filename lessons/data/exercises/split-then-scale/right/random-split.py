import torch
from torch.utils.data import random_split


def prepare(x, fraction, seed):
    n = int(fraction * len(x))
    generator = torch.Generator().manual_seed(seed)
    train, validation = random_split(range(len(x)), [n, len(x) - n], generator)
    train, validation = x[list(train)], x[list(validation)]
    deviation, mean = torch.std_mean(train, dim=0)
    return (train - mean) / deviation, (validation - mean) / deviation
