import copy


def train_best(model, epochs, train_epoch, validate):
    """Train, and end with the weights that had the smallest validation loss; return that loss."""
    best_loss, best_weights = float("inf"), None
    for epoch in range(epochs):
        train_epoch(model)
        loss = validate(model)
        if loss < best_loss:
            best_loss = loss
            best_weights = model.state_dict()
    model.load_state_dict(best_weights)
    return best_loss
