from torch import nn


def accumulate(model, batches):
    for p in model.parameters():
        p.grad = None
    samples = 0
    for x, y in batches:
        nn.MSELoss(reduction="sum")(model(x), y).backward()
        samples += y.numel()
    for p in model.parameters():
        p.grad /= samples
