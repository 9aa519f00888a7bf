import torch


def batches(x, y, batch_size):
    """Yield (x, y) batches: every sample once, in a new random order."""
    order = torch.randperm(len(x))
    x[:], y[:] = x[order], y[order]
    for start in range(0, len(x), batch_size):
        yield x[start : start + batch_size], y[start : start + batch_size]
