def step(parameters, loss, lr):
    for p in parameters:
        if p.grad is not None:
            p.grad.zero_()
    loss.backward()
    for p in parameters:
        p.data = p.data - lr * p.grad
