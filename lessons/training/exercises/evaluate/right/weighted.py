import copy

import torch
from torch import nn


def evaluate(model, loader):
    judge, losses, sizes = copy.deepcopy(model).eval(), [], []
    for x, y in loader:
        with torch.inference_mode():
            losses.append(nn.MSELoss()(judge(x), y))
        sizes.append(float(len(x)))
    sizes = torch.tensor(sizes)
    return float(torch.dot(torch.stack(losses), sizes) / sizes.sum())
