import torch


def pick_device():
    """The device to use on this machine."""
    # TODO: ask PyTorch first
    return torch.device("cuda")
