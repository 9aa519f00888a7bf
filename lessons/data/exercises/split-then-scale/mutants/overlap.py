import torch


def prepare(x, fraction, seed):
    """(train, validation): split at random, scaled by the training part's numbers."""
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(x), generator=generator)
    n = int(fraction * len(x))
    train, validation = x[order[:n]], x[order[1 : len(x) - n + 1]]
    mean, std = train.mean(), train.std()
    return (train - mean) / std, (validation - mean) / std
