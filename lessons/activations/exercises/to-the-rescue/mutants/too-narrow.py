from torch import nn


def make_model():
    """A model from (N, 1) to (N, 1) that can follow the wave."""
    return nn.Sequential(nn.Linear(1, 2), nn.Tanh(), nn.Linear(2, 1))
