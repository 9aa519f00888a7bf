import torch
from torch import nn


def to_sequential(model):
    """An nn.Sequential with a copy of the model's weights."""
    width = model.hidden.out_features
    sequential = nn.Sequential(nn.Linear(1, width), nn.Tanh(), nn.Linear(width, 1))
    sequential[0].weight.data.copy_(model.hidden.weight)
    sequential[2].weight.data.copy_(model.output.weight)
    return sequential
