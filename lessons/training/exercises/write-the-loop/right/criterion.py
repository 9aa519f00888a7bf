from torch import nn, optim


def train(model, loader, epochs, lr):
    criterion = nn.MSELoss()
    optimizer = optim.SGD(params=list(model.parameters()), lr=lr)
    for _ in range(epochs):
        model.train(True)
        for inputs, targets in loader:
            predictions = model(inputs)
            loss = criterion(predictions, targets)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad(set_to_none=False)
