import torch


def pick_device():
    return torch.accelerator.current_accelerator() or torch.device("cpu")
