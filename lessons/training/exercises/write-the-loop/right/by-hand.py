import torch


def train(model, loader, epochs, lr):
    model.train()
    parameters = list(model.parameters())
    for epoch in range(epochs):
        for x, y in loader:
            loss = ((model(x) - y) ** 2).mean()
            slopes = torch.autograd.grad(loss, parameters)
            with torch.no_grad():
                for p, g in zip(parameters, slopes):
                    p -= lr * g
