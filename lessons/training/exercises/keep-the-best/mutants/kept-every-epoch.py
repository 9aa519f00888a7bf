import copy


def train_best(model, epochs, train_epoch, validate):
    """Train, and end with the weights that had the smallest validation loss; return that loss."""
    best_loss = float("inf")
    for epoch in range(epochs):
        train_epoch(model)
        loss = validate(model)
        if loss < best_loss:
            best_weights = copy.deepcopy(model.state_dict())
    model.load_state_dict(best_weights)
    return best_loss
