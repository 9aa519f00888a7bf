import torch


@torch.no_grad()
def evaluate(model, loader):
    was_training = model.training
    model.train(False)
    try:
        errors = torch.cat([(model(x) - y) ** 2 for x, y in loader])
    finally:
        model.train(was_training)
    return errors.mean().item()
