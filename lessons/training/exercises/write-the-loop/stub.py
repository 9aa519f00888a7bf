import torch
from torch import nn


def train(model, loader, epochs, lr):
    """Train with SGD and the mean squared error."""
    # TODO: optimizer, training mode
    for epoch in range(epochs):
        for x, y in loader:
            loss = nn.functional.mse_loss(model(x), y)
            # TODO: what makes it learn?
