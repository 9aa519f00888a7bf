import copy


def train_best(model, epochs, train_epoch, validate):
    """Train, and end with the weights that had the smallest
    validation loss; return that loss.
    """
    best_loss = float("inf")
    for epoch in range(epochs):
        train_epoch(model)
        loss = validate(model)
        # TODO: keep the best weights
    return best_loss
