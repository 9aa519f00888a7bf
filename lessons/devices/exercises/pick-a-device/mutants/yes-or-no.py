import torch


def pick_device():
    """The device to use on this machine."""
    return torch.cuda.is_available()
