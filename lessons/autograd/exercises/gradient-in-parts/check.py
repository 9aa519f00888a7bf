import torch
from torch import nn

from engine.grading.checks import DTYPES, Code, agrees, expect, farthest, near, traced

SIZES = (8, 4, 2)


def accumulate(model, batches):
    model.zero_grad()
    x, y = (torch.cat(parts) for parts in zip(*batches))
    nn.functional.mse_loss(model(x), y).backward()


def models(draw, inputs, outputs, is_deep):
    hidden = draw.whole(2, 5)
    deep = nn.Sequential(nn.Linear(inputs, hidden), nn.Tanh(), nn.Linear(hidden, outputs))
    return draw.settle(deep if is_deep else nn.Linear(inputs, outputs))


def cases(draw):
    divided = ([draw.whole(1, 9)], [5, 5], [1, draw.whole(2, 6)], draw.shuffled([7, 4, 2, 1, 3]), [draw.whole(1, 5) for _ in range(12)])
    deep = draw.every([True, False])
    dtypes, scales = draw.every(DTYPES), draw.every([0.1, 1.0, 1000.0])
    for sizes, outputs in zip(divided, draw.shuffled([1, 1, 2, 3, 4])):
        dtype, inputs, scale = next(dtypes), draw.whole(1, 4), next(scales)
        # Errors that do not cancel: the gradient is as large as they are.
        far = {"dtype": dtype, "scale": scale, "shift": scale}
        batches = [(draw.normal(n, inputs, dtype=dtype) + n, draw.normal(n, outputs, **far)) for n in sizes]
        is_deep = next(deep)
        model = models(draw, inputs, outputs, is_deep).to(dtype)
        yield draw.used(model, freeze=False) if is_deep else model, batches


def gradients(model, batches):
    return {f"the gradient of {name}": p.grad for name, p in model.named_parameters()}


def called(code):
    return code.may("gradients-changed", "nothing").accumulate


def problem(code):
    batches = [(code.draw.normal(n, 2) + n, code.draw.normal(n, 1)) for n in SIZES]
    return code.draw.settle(nn.Linear(2, 1)), batches


def gradient(model, batches, weights):
    losses = [w * nn.functional.mse_loss(model(x), y) for w, (x, y) in zip(weights, batches)]
    return torch.autograd.grad(sum(losses), model.weight)[0]


def after(code):
    model, batches = problem(code)
    called(code)(model, batches)
    expect(model.weight.grad is not None and model.weight.grad.any(), "no-gradient")
    return model, batches, model.weight.grad


def only_gradients(code: Code) -> None:
    called(code)(*problem(code))


def adds_up(code: Code) -> None:
    model, batches, got = after(code)
    for key, weights in {"only-the-last": (0, 0, 1), "only-the-first": (1, 0, 0)}.items():
        for share in (1, SIZES[weights.index(1)] / sum(SIZES), 1 / 3):
            only = share * gradient(model, batches, weights)
            expect(not near(got, only), key)


def right_size(code: Code) -> None:
    model, batches, got = after(code)
    want = gradient(model, batches, [n / sum(SIZES) for n in SIZES])
    ratio = float(got.norm() / want.norm())
    expect(not near(got, gradient(model, batches, (1, 1, 1))), "sum-of-means", ratio=ratio, n=3)
    expect(not near(got, sum(SIZES) * want), "a-sum", n=sum(SIZES))
    equal = gradient(model, batches, [1 / 3] * 3)
    expect(not near(got, equal), "equal-shares", sizes=", ".join(map(str, SIZES)))
    expect(near(got, want), "wrong-gradient", want=float(want[0, 0]), got=float(got[0, 0]))


def in_parts(code: Code) -> None:
    model, batches = problem(code)
    sizes = ", ".join(map(str, SIZES))
    with traced(model) as trace:
        called(code)(model, batches)
    most = max((len(x) for x in trace.calls), default=0)
    expect(most <= max(SIZES), "all-at-once", got=most, sizes=sizes)
    together = [len(x) for x in trace.calls if not any(len(x) <= n for n in SIZES)]
    calls = len(trace.calls)
    expect(calls >= len(SIZES) and not together, "not-batch-by-batch", calls=calls, sizes=sizes)


def starts_clean(code: Code) -> None:
    model, batches = problem(code)
    called(code)(model, batches)
    want = model.weight.grad.clone()
    for p in model.parameters():
        p.grad = torch.ones_like(p)
    called(code)(model, batches)
    got = model.weight.grad
    expect(not near(got, want + 1), "old-gradient-kept")
    expect(near(got, want), "depends-on-the-old", **farthest(got, want))


def others(code: Code) -> None:
    agrees(code.may("gradients-changed", "nothing"), accumulate, cases, after=gradients, tolerance=1e-3)
