def step(parameters, loss, lr):
    loss.backward()
    for p in parameters:
        p.data = p.data - lr * p.grad
        p.grad.zero_()
