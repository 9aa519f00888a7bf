import torch


def mse(prediction, target):
    if target.dim() == 1:
        target = target.unsqueeze(1)
    error = prediction - target
    return error.pow(2).sum() / error.numel()
