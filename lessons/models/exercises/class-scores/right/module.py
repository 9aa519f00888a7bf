import torch
from torch import nn

criterion = nn.CrossEntropyLoss()


def loss_of(model, x, labels):
    return criterion(model(x), nn.functional.one_hot(labels, model(x).shape[1]).float())


@torch.no_grad()
def accuracy(model, x, labels):
    return model(x).softmax(-1).max(-1).indices.eq(labels).sum() / labels.numel()
