import torch


def pick_device():
    """The device to use on this machine."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
