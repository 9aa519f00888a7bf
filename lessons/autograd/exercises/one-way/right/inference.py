import torch
from torch.nn import MSELoss


def imitation_loss(student, teacher, x):
    with torch.inference_mode():
        target = teacher(x)
    return MSELoss()(student(x), target.clone())
