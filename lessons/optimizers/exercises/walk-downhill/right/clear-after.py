from torch import optim, tensor


def descend(f, start, lr, steps):
    x = tensor([start]).float().requires_grad_()
    sgd = optim.SGD(params=[x], lr=lr)
    done = 0
    while done < steps:
        f(x).sum().backward()
        sgd.step()
        x.grad = None
        done += 1
    return x.detach()
