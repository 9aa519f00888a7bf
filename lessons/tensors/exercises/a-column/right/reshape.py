import numpy as np
import torch


def to_column(readings):
    return torch.from_numpy(np.array(readings, dtype="float32")).reshape(-1, 1)
