from itertools import permutations

import torch
from torch import nn

from engine.grading.checks import DTYPES, Code, Wrong, apart, expect, near, tensor


def answer(model, x):
    before = x.clone()
    got = model(x)
    expect(torch.equal(x, before), "changed-in-place", name="x")
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
    # What enters a computation twice is one parameter.
    return list({id(each): each for each in found}.values())


def made(code, width=10):
    model = code.may("random").Regressor(width)
    expect(isinstance(model, nn.Module), "no-module")
    with torch.no_grad():
        # Lazy layers make their weights when they are first called.
        model(torch.zeros(2, 1))
    return model


def shape(code: Code) -> None:
    for width, n in ((10, 5), (3, 1), (1, 4)):
        got = tuple(answer(made(code, width), code.draw.normal(n, 1)).shape)
        expect(got == (n, 1), "wrong-shape", n=n, got=got)


def parameters(code: Code) -> None:
    for width in (10, code.draw.whole(2, 9), 1):
        model, want = made(code, width), 3 * width + 1
        got = sum(p.numel() for p in model.parameters())
        first, second = (leaves(answer(model, torch.randn(5, 1))) for _ in range(2))
        used = sum(p.numel() for p in first)
        same = {id(p) for p in first} == {id(p) for p in second}
        expect(got >= used or same, "new-layers")
        expect(got >= used, "hidden-layers", got=got, want=want)
        facts = {"got": got, "width": width, "want": want}
        expect(got == want, "wrong-count", **facts)
        frozen = [name for name, p in model.named_parameters() if not p.requires_grad]
        expect(not frozen, "frozen", name=next(iter(frozen), ""))
    one, other, third = made(code), made(code), made(code)
    shared = {id(p) for p in one.parameters()} & {id(p) for p in other.parameters()}
    expect(not shared, "one-for-all")
    # A seed set when a model is done makes the next two alike.
    for twin in (one, third):
        expect(not all(map(torch.equal, twin.parameters(), other.parameters())), "twins")


def same(code: Code) -> None:
    model, x = made(code), code.draw.normal(5, 1)
    judging, again = answer(model.eval(), x), answer(model, x)
    made_anew = {id(p) for p in leaves(judging)} != {id(p) for p in leaves(again)}
    expect(near(again, judging) or not made_anew, "new-layers")
    facts = {"first": float(judging[0].detach()), "second": float(again[0].detach())}
    expect(near(again, judging), "not-repeatable", **facts)
    expect(near(answer(model.train(), x), judging), "two-modes")


def bends(code: Code) -> None:
    model = made(code)
    places = torch.linspace(-50, 50, 301).unsqueeze(1)
    with torch.no_grad():
        before = answer(model, places).clone().flatten()
        for p in model.parameters():
            p.mul_(3)
        y = answer(model, places).flatten()
    expect(not torch.equal(before, y), "weights-unused")
    x = torch.linspace(-1, 1, 301)
    slope, height = (x * (y - y.mean())).sum() / (x * x).sum(), y.mean()
    expect((y - slope * x - height).norm() > 1e-2 * (y - height).norm(), "no-bend")


def asked_for(parts, x):
    """Linear, Tanh, Linear with these parameters; each but the last has a number for every unit."""
    first, shift, last, end = (p.flatten() for p in parts)
    return torch.tanh(x * first + shift) @ last.unsqueeze(1) + end


def is_that(code: Code) -> None:
    model = made(code)
    with torch.no_grad():
        for p in model.parameters():
            p.add_(50)
        ends = torch.cat([answer(model, torch.linspace(-9, 9, 50).unsqueeze(1))])
    low, high = float(ends.min()), float(ends.max())
    expect(high - low > 2.01 or max(abs(low), abs(high)) > 1.01, "bend-at-the-end", low=low, high=high)
    for width in (10, 2, code.draw.whole(3, 30)):
        dtype = code.draw.one_of(DTYPES)
        model = code.draw.settle(made(code, width)).to(dtype)
        compare(model, width, code.draw.normal(6, 1, dtype=dtype))
        # No number is too large, neither in nor out.
        compare(code.draw.settle(model, 0.01), width, code.draw.normal(6, 1, scale=100.0, dtype=dtype))
        compare(code.draw.settle(model, 30.0), width, code.draw.normal(6, 1, dtype=dtype))
        compare(code.draw.settle(model), width, code.draw.normal(1, 1, dtype=dtype))


def close(one, other):
    """Sums of large terms may end near 0, and have their rounding still."""
    room = 1e-4 * float(other.detach().abs().max().clamp(1))
    return one.shape == other.shape and torch.allclose(one, other, rtol=1e-3, atol=room)


def compare(model, width, x):
    """The model against its own parameters, put together as asked; gradients too."""
    of_units = [p for p in model.parameters() if p.numel() == width]
    (end,) = (p for p in model.parameters() if p.numel() == 1)
    x.requires_grad_()
    got = answer(model, x)
    expect(got.requires_grad, "no-way-back")
    wanted = [asked_for([*parts, end], x) for parts in permutations(of_units)]
    # Small answers may be those of more than one order of the parts.
    fits = [each for each in wanted if close(got, each)]
    if not fits:
        away = (got - wanted[0]).detach().abs().nan_to_num(nan=torch.inf)
        row = int(away.argmax()) if got.shape == x.shape else 0
        numbers = apart(float(got[row].detach()), float(wanted[0][row].detach()))
        expect(False, "other-model", x=float(x[row].detach()), **numbers)
    slopes, *right = (torch.autograd.grad(y.sum(), [*of_units, end, x], allow_unused=True) for y in (got, *fits))
    expect(not any(a is not None and a.isnan().any() for a in slopes), "gradient-is-nan")
    reached = any(slopes[-1] is not None and close(slopes[-1], each[-1]) for each in right)
    expect(reached, "no-way-to-x")
    same = any(all(a is not None and close(a, b) for a, b in zip(slopes, each)) for each in right)
    expect(same, "no-way-back")
