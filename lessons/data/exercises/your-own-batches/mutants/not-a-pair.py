import torch


def batches(x, y, batch_size):
    """Yield (x, y) batches: every sample once, in a new random order."""
    order = torch.randperm(len(x))
    for start in range(0, len(x), batch_size):
        chosen = order[start : start + batch_size]
        return x[chosen], y[chosen]
