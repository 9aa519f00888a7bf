from torch import nn


def make_model():
    """A model from (N, 1) to (N, 1) that can follow the wave."""
    return nn.Sequential(nn.Linear(1, 20), nn.Tanh(), nn.Linear(10, 1))
