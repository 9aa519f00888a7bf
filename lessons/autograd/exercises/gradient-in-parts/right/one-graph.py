import torch


def accumulate(model, batches):
    model.zero_grad(set_to_none=True)
    errors = torch.cat([(model(x) - y) ** 2 for x, y in batches])
    errors.mean().backward()
