import torch
from torch import nn


def imitation_loss(student, teacher, x):
    """How far the student is from the teacher; only the student should learn from it."""
    with torch.no_grad():
        answer = student(x)
    return nn.functional.mse_loss(teacher(x), answer)
