import torch
from torch import nn


def fit(x, y):
    """Train on (x, y); return a function that predicts for
    new x.
    """
    model = nn.Sequential(
        nn.Linear(1, 20),
        nn.Tanh(),
        nn.Linear(20, 1),
    )
    # TODO: scale, train

    def predict(x):
        with torch.no_grad():
            return model(x)

    return predict
