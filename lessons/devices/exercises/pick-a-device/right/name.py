import torch


def pick_device():
    device = "cpu"
    if torch.cuda.device_count() > 0:
        device = "cuda:0"
    return device
