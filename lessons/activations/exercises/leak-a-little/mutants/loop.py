import torch


def leaky(x):
    """x where it is positive, 0.1 * x elsewhere."""
    flat = [v if v > 0 else 0.1 * v for v in x.reshape(-1)]
    return torch.stack(flat).reshape(x.shape) if flat else x.clone()
