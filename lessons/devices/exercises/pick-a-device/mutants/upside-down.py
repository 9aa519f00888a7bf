import torch


def pick_device():
    """The device to use on this machine."""
    return torch.device("cuda" if not torch.cuda.is_available() else "cpu")
