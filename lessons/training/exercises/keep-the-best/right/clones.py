def train_best(model, epochs, train_epoch, validate):
    history = []
    for _ in range(epochs):
        train_epoch(model)
        weights = {name: value.clone() for name, value in model.state_dict().items()}
        history.append((validate(model), weights))
    loss, weights = min(history, key=lambda pair: pair[0])
    model.load_state_dict(weights)
    return loss
