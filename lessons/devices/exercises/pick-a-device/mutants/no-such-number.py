import torch


def pick_device():
    """The device to use on this machine."""
    return torch.device("cuda:1" if torch.cuda.is_available() else "cpu")
