import torch
from torch import nn

from engine.grading.checks import Code, expect, kept, near, traced

SIZES = (8, 4, 2)


def problem():
    torch.manual_seed(1)
    batches = [(torch.randn(n, 2) + n, torch.randn(n, 1)) for n in SIZES]
    return nn.Linear(2, 1), batches


def gradient(model, batches, weights):
    losses = [w * nn.functional.mse_loss(model(x), y) for w, (x, y) in zip(weights, batches)]
    return torch.autograd.grad(sum(losses), model.weight)[0]


def called(code):
    model, batches = problem()
    code.get("accumulate")(model, batches)
    expect(model.weight.grad is not None and model.weight.grad.any(), "no-gradient")
    return model, batches, model.weight.grad


def adds_up(code: Code) -> None:
    model, batches, got = called(code)
    for key, weights in {"only-the-last": (0, 0, 1), "only-the-first": (1, 0, 0)}.items():
        for share in (1, SIZES[weights.index(1)] / sum(SIZES), 1 / 3):
            only = share * gradient(model, batches, weights)
            expect(not near(got, only), key)


def right_size(code: Code) -> None:
    model, batches, got = called(code)
    want = gradient(model, batches, [n / sum(SIZES) for n in SIZES])
    ratio = float(got.norm() / want.norm())
    expect(not near(got, gradient(model, batches, (1, 1, 1))), "sum-of-means", ratio=ratio, n=3)
    expect(not near(got, sum(SIZES) * want), "a-sum", n=sum(SIZES))
    equal = gradient(model, batches, [1 / 3] * 3)
    expect(not near(got, equal), "equal-shares", sizes=", ".join(map(str, SIZES)))
    expect(near(got, want), "wrong-gradient", want=float(want[0, 0]), got=float(got[0, 0]))


def starts_clean(code: Code) -> None:
    want = called(code)[2]
    model, batches = problem()
    for p in model.parameters():
        p.grad = torch.ones_like(p)
    code.get("accumulate")(model, batches)
    expect(near(model.weight.grad, want), "old-gradient-kept")


def in_parts(code: Code) -> None:
    model, batches = problem()
    with traced(model) as trace:
        code.get("accumulate")(model, batches)
    most = max((len(x) for x in trace.calls), default=0)
    expect(most <= max(SIZES), "all-at-once", got=most, sizes=", ".join(map(str, SIZES)))


def only_gradients(code: Code) -> None:
    model, batches = problem()
    before = kept(model)
    code.get("accumulate")(model, batches)
    expect(all(torch.equal(p, before[name]) for name, p in model.named_parameters()), "moved")
