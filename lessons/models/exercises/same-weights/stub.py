import torch
from torch import nn


def to_sequential(model):
    """An nn.Sequential with a copy of the model's weights."""
    width = model.hidden.out_features
    # TODO: the same layers, the same numbers
    return nn.Sequential(
        nn.Linear(1, width),
        nn.Linear(width, 1),
    )
