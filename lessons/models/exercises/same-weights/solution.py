import torch
from torch import nn


def to_sequential(model):
    """An nn.Sequential with a copy of the model's weights."""
    width = model.hidden.out_features
    sequential = nn.Sequential(nn.Linear(1, width), nn.Tanh(), nn.Linear(width, 1))
    sequential[0].load_state_dict(model.hidden.state_dict())
    sequential[2].load_state_dict(model.output.state_dict())
    return sequential
