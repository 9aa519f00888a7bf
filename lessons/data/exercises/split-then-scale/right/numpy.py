import numpy as np
import torch


def prepare(x, fraction, seed):
    order = torch.from_numpy(np.random.default_rng(seed).permutation(len(x)))
    x = x[order]
    train = x[: int(fraction * len(x))]
    x = (x - train.mean()) / train.std(correction=0)
    return x[: len(train)], x[len(train) :]
