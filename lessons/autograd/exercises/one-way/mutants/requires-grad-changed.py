import torch
from torch import nn


def imitation_loss(student, teacher, x):
    """How far the student is from the teacher; only the student should learn from it."""
    answer = teacher.requires_grad_(False)(x)
    return nn.functional.mse_loss(student(x), answer)
