import torch


def batches(x, y, batch_size):
    """Yield (x, y) batches: every sample once, in a new random order."""
    starts = list(range(0, len(x), batch_size))
    whole = [starts[i] for i in torch.randperm(len(starts) - 1)]
    for start in [*whole, starts[-1]]:
        yield x[start : start + batch_size], y[start : start + batch_size]
