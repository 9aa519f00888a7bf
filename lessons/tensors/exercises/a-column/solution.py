import torch


def to_column(readings):
    """The readings as a float32 tensor of shape (N, 1)."""
    return torch.tensor(readings, dtype=torch.float32).unsqueeze(1)
