import torch


def prepare(x, fraction, seed):
    """(train, validation): split at random, scaled by the training part's numbers."""
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(x), generator=generator)
    n = int(fraction * len(x))
    train, validation = x[order[:n]], x[order[n:]]
    train = (train - train.mean()) / train.std()
    validation = (validation - train.mean()) / train.std()
    return train, validation
