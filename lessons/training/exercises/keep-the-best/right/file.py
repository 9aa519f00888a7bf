import torch


def train_best(model, epochs, train_epoch, validate):
    best = None
    for _ in range(epochs):
        train_epoch(model)
        loss = float(validate(model))
        if best is None or loss <= best:
            best = loss
            torch.save(model.state_dict(), "best.pt")
    model.load_state_dict(torch.load("best.pt", weights_only=True))
    return best
