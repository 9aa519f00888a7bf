import torch
from torch import nn

from engine.grading.checks import Code, agrees, expect, loader, near, number, traced, uneven

SIZES = [8, 8, 3]
BESIDES = (
    *("statistics-moved", "mode-lost", "requires-grad-changed", "gradients-changed"),
    *("hook-left", "global-state"),
)
"""What checks of something else let pass: others are there for it."""


def evaluate(model, loader):
    model.eval()
    with torch.no_grad():
        return float(torch.cat([(model(x) - y) ** 2 for x, y in loader]).double().mean())


def problem(code, plain=False, sizes=SIZES, scale=1.0):
    """A model whose answers depend on its mode, or a plain one; and batches for it."""
    draw, width = code.draw, code.draw.whole(3, 8)
    layers = [] if plain else [nn.BatchNorm1d(width), nn.Dropout(0.5)]
    model = nn.Sequential(nn.Linear(2, width), *layers, nn.Tanh(), nn.Linear(width, 1))
    model = draw.settle(model)
    n = sum(sizes)
    x = draw.normal(n, 2)
    y = scale * (x[:, :1] + torch.linspace(0, 3, n).unsqueeze(1))
    return model, loader(draw, x, y, sizes)


def judged(code, model, loader):
    return number(code.evaluate(model, loader), "What `evaluate` returns")


def value(code: Code) -> None:
    # Without dropout or statistics the mode plays no part.
    model, loader = problem(code, plain=True)
    got = code.may(*BESIDES).evaluate(model, loader)
    expect(isinstance(got, float), "no-float", kind=type(got).__name__)
    parts = means(model, loader, passes=1)
    want = sum(n * part for n, part in zip(SIZES, parts)) / sum(SIZES)
    expect(not near(got, parts[-1]), "last-batch", got=got, want=want)
    expect(not near(got, sum(parts) / 3), "mean-of-means", got=got, want=want)
    sums = [n * part for n, part in zip(SIZES, parts)]
    expect(not any(near(got, total) for total in (sum(parts), sum(sums))), "a-sum", got=got, want=want)
    held, came = len(loader.dataset), sum(SIZES)
    counted = near(got, want * came / held)
    expect(not counted, "dataset-length", got=got, want=want, held=held, came=came)
    expect(near(got, want), "wrong-value", got=got, want=want)


def means(model, loader, passes):
    """The mean of each batch, in the pass that the learner saw."""
    loader.batch_sampler.passes -= passes
    with torch.no_grad():
        return [float(nn.functional.mse_loss(model(x), y)) for x, y in loader]


def mode(code: Code) -> None:
    model, loader = problem(code)
    with traced(model) as trace:
        judged(code.may(*BESIDES), model, loader)
    got, calls = trace.evaluating.count(False), len(trace.evaluating)
    expect(not got, "train-mode", got=got, calls=calls)


def cases(code):
    def drawn(draw):
        # Errors small and large, models plain and not, in one mode and in several.
        plain, scales = draw.every([True, False, True]), draw.every([0.1, 1.0, 30.0])
        for sizes in ([5], [1, 6], uneven(draw), [4, 4], [2, 1, 1, 3]):
            model, loader = problem(code, next(plain), sizes, next(scales))
            yield model.train(draw.one_of([True, False])), loader
            yield draw.used(model), loader
        yield from of_any_error(code)

    return drawn


def of_any_error(code):
    """Errors that are very small, none at all, large, and small between large numbers."""
    for size, shift in ((1e-2, 0.0), (1e-4, 0.0), (0.0, 0.0), (1e4, 0.0), (1.0, 1000.0)):
        model, given = problem(code, plain=size == 1e-4, sizes=uneven(code.draw))
        with torch.no_grad():
            model[-1].bias.add_(shift)
            if size == 1e-4:
                # Where the answers are small, small errors are exact.
                model[-1].weight.zero_(), model[-1].bias.zero_()
            x, y = given.dataset.tensors
            y.copy_(model.eval()(x) + size * code.draw.normal(len(x), 1))
        yield code.draw.used(model), given


def repeatable(code: Code) -> None:
    theirs = code.may("mode-lost")
    for _ in range(2):
        model, loader = problem(code)
        first, second = judged(theirs, model, loader), judged(theirs, model, loader)
        expect(near(first, second), "not-repeatable", first=first, second=second)


def others(code: Code) -> None:
    theirs = code.may("mode-lost")
    agrees(theirs, evaluate, cases(code), tolerance=1e-3, floor=1e-9)


def no_graph(code: Code) -> None:
    model, loader = problem(code)
    with traced(model) as trace:
        judged(code.may("mode-lost"), model, loader)
    expect(not any(trace.recorded), "recorded", got=sum(trace.recorded), calls=len(trace.recorded))


def gives_back(code: Code) -> None:
    # Whoever calls has autograd switched off, or on: so it stays.
    for recording in (False, True):
        with torch.set_grad_enabled(recording):
            judged(code, *problem(code))
    for before in (True, False):
        model, loader = problem(code)
        judged(code, model.train(before), loader)
        # Parts of it may be in another mode than the whole, and stay so.
        judged(code, code.draw.used(model), loader)
    for _ in range(3):
        model, loader = problem(code)
        # Parts of parts have a mode of their own as well.
        nested = nn.Sequential(nn.Sequential(nn.Sequential(*model[:3]), nn.Sequential(*model[3:])))
        for part in code.draw.used(nested).modules():
            if len(list(part.children())):
                part.training = code.draw.one_of([True, False])
        judged(code, nested, loader)
