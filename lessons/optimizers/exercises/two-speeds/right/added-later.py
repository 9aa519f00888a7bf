from torch.optim import SGD


def make_optimizer(model):
    optimizer = SGD(model.head.parameters(), lr=0.1)
    optimizer.add_param_group({"params": list(model.body.parameters()), "lr": 1e-3})
    return optimizer
