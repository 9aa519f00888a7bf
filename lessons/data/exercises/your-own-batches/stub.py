import torch


def batches(x, y, batch_size):
    """Yield (x, y) batches: every sample once, in a new
    random order.
    """
    # TODO: shuffle
    for start in range(0, len(x), batch_size):
        end = start + batch_size
        yield x[start:end], y[start:end]
