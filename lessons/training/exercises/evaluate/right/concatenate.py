import torch


@torch.no_grad()
def evaluate(model, loader):
    training = {part for part in model.modules() if part.training}
    model.train(False)
    try:
        errors = torch.cat([(model(x) - y) ** 2 for x, y in loader])
    finally:
        for part in training:
            part.training = True
    return errors.mean().item()
