import torch
from torch import nn

from engine.grading.checks import Code, Wrong, expect, near, tensor

WANT = 3 * 10 + 1


def answer(model, x):
    got = model(x)
    if got is None:
        raise Wrong("returned-nothing", name="forward")
    return tensor(got, "What the model returns")


def leaves(output):
    """Every parameter the output was computed from, registered or not."""
    todo, found = [output.grad_fn], []
    while todo:
        node = todo.pop()
        if node is not None:
            found += [node.variable] if hasattr(node, "variable") else []
            todo += [following for following, _ in node.next_functions]
    return found


def made(code):
    model = code.Regressor(10)
    expect(isinstance(model, nn.Module), "no-module")
    with torch.no_grad():
        # Lazy layers make their weights when they are first called.
        model(torch.zeros(2, 1))
    return model


def shape(code: Code) -> None:
    got = tuple(answer(made(code), torch.randn(5, 1)).shape)
    expect(got == (5, 1), "wrong-shape", got=got)


def parameters(code: Code) -> None:
    model = made(code)
    got = sum(p.numel() for p in model.parameters())
    first, second = (leaves(answer(model, torch.randn(5, 1))) for _ in range(2))
    used = sum(p.numel() for p in first)
    same = {id(p) for p in first} == {id(p) for p in second}
    expect(got >= used or same, "new-layers")
    expect(got >= used, "hidden-layers", got=got, want=WANT)
    expect(got == WANT, "wrong-count", got=got, want=WANT)


def same(code: Code) -> None:
    model, x = made(code), torch.randn(5, 1)
    expect(near(answer(model, x), answer(model, x)), "new-layers")


def bends(code: Code) -> None:
    model = made(code)
    with torch.no_grad():
        for p in model.parameters():
            p.mul_(3)
        y = answer(model, torch.linspace(-50, 50, 301).unsqueeze(1)).flatten()
    x = torch.linspace(-1, 1, 301)
    slope, height = (x * (y - y.mean())).sum() / (x * x).sum(), y.mean()
    expect((y - slope * x - height).norm() > 1e-2 * (y - height).norm(), "no-bend")


def is_that(code: Code) -> None:
    model = made(code)
    weights = {tuple(p.shape): p for p in model.parameters() if p.dim() == 2}
    biases = [p for p in model.parameters() if p.dim() == 1]
    first, last = weights[(10, 1)], weights[(1, 10)]
    with torch.no_grad():
        last.fill_(50)
        far = answer(model, torch.linspace(-9, 9, 50).unsqueeze(1))
        low, high = float(far.min()), float(far.max())
        expect(high - low > 2.01, "bend-at-the-end", low=low, high=high)
        by_size = {p.numel(): p for p in biases}
        x = torch.full((1, 1), 0.5)
        want = float(torch.tanh(x @ first.T + by_size[10]) @ last.T + by_size[1])
        got = float(answer(model, x))
    expect(near(got, want), "other-model", got=got, want=want)
