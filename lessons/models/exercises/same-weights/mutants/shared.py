from torch import nn


def to_sequential(model):
    """An nn.Sequential with a copy of the model's weights."""
    return nn.Sequential(model.hidden, nn.Tanh(), model.output)
