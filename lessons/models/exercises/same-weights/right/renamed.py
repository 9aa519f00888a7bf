import torch
from torch import nn


def to_sequential(model):
    width = model.hidden.out_features
    layers = nn.Sequential(nn.Linear(1, width), nn.Tanh(), nn.Linear(width, 1))
    names = {"hidden": "0", "output": "2"}
    numbers = {}
    for name, value in model.state_dict().items():
        layer, kind = name.split(".")
        numbers[f"{names[layer]}.{kind}"] = value
    layers.load_state_dict(numbers)
    return layers
