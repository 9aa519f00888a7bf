import torch
from torch.utils.data import DataLoader, Dataset

from engine.grading.checks import Code, dtype_name, expect, near

N = 7


def columns(draw, n=N, whole=True, twice=False):
    """Two lists of numbers, whole or not; no x is a y. ``twice``: numbers of both come again."""
    if twice:
        xs, ys = columns(draw, n, whole)
        return [xs[i // 2] for i in range(n)], [ys[(i + 1) // 2] for i in range(n)]
    if whole:
        return draw.shuffled(range(-40, 60))[:n], [draw.whole(100, 900) for _ in range(n)]
    xs = [x + draw.real(0.01, 0.4) for x in draw.shuffled(range(-40, 60))[:n]]
    return xs, [draw.real(100, 900) for _ in range(n)]


def odd(draw):
    """Points that are easily lost or rounded: zeros, the same twice, tiny, huge, with many digits."""
    yield [0, 1.5, 0, -2], [0, 0.0, 7, 0]
    yield [3, 3, 3, 0, 0], [4, 4, 4, 0, 0]
    for numbers in draw.of_every_size(2, 5):
        yield numbers[0].tolist(), numbers[1].tolist()
    yield draw.normal(4, dtype=torch.float64).tolist(), draw.normal(4, scale=1e-5).tolist()


def points(code, xs, ys):
    found = code.may("random")
    made = found.Points(xs, ys)
    expect(isinstance(made, Dataset), "no-dataset", got=type(made).__name__)
    return made


def item(dataset, index):
    own = type(dataset).__getitem__ is not Dataset.__getitem__
    expect(own, "no-items")
    pair = dataset[index]
    fine = isinstance(pair, tuple | list) and len(pair) == 2
    expect(fine, "not-a-pair", got=type(pair).__name__)
    for part in pair:
        expect(isinstance(part, torch.Tensor), "not-a-tensor", got=type(part).__name__)
    return pair


def length(code: Code) -> None:
    for n, twice in ((N, False), (1, False), (code.draw.whole(2, 30), False), (N, True)):
        dataset = points(code, *columns(code.draw, n, twice=twice))
        expect(hasattr(dataset, "__len__"), "no-length")
        got = dataset.__len__()
        expect(isinstance(got, int), "length-is-no-number", got=got)
        expect(got == n, "wrong-length", n=n, got=got)
    # The same point measured twice is two points.
    xs, ys = columns(code.draw, 3)
    got = len(points(code, [*xs, xs[0]], [*ys, ys[0]]))
    expect(got == 4, "wrong-length", n=4, got=got)


def items(code: Code) -> None:
    for whole in (False, True):
        for part in item(points(code, *columns(code.draw, whole=whole)), 0):
            expect(part.numel() < N, "whole-columns", n=part.numel())
            expect(part.shape != (), "scalar-items")
            expect(part.shape == (1,), "wrong-shape", got=tuple(part.shape))
            expect(part.dtype == torch.float32, "double", got=dtype_name(part))


def the_right_one(code: Code) -> None:
    sizes = ((N, False), (N, True), (2, False), (12, False), (1, True))
    # Two points may have the same x, or the same y.
    for n, whole, twice in [*((*size, False) for size in sizes), (6, True, True), (5, False, True)]:
        xs, ys = columns(code.draw, n, whole, twice)
        dataset = points(code, list(xs), list(ys))
        order = code.draw.shuffled(range(n))
        for i in [*order, *order]:
            pair = item(dataset, i)
            for part in pair:
                expect(part.shape == (1,), "wrong-shape", got=tuple(part.shape))
                expect(part.dtype == torch.float32, "double", got=dtype_name(part))
            x, y = (float(part) for part in pair)
            expect(not (near(x, ys[i]) and near(y, xs[i])), "swapped", i=i, x=x, y=y)
            right = near(x, xs[i]) and near(y, ys[i])
            # A point that shares a number with this one tells nothing about which index was used.
            apart = [j for j in range(n) if xs[j] != xs[i] and ys[j] != ys[i]]
            others = (j for j in apart if near(x, xs[j]) and near(y, ys[j]))
            other = i if right else next(others, i)
            expect(other == i, "same-every-time", i=i, x=x, y=y, j=other, want_x=xs[i], want_y=ys[i])
            expect(right, "wrong-item", i=i, x=x, y=y, want_x=xs[i], want_y=ys[i])


    for xs, ys in odd(code.draw):
        dataset = points(code, list(xs), list(ys))
        expect(len(dataset) == len(xs), "wrong-length", n=len(xs), got=len(dataset))
        for i in code.draw.shuffled(range(len(xs))):
            x, y = (float(part) for part in item(dataset, i))
            right = near(x, xs[i], 1e-6, 0.0) and near(y, ys[i], 1e-6, 0.0)
            expect(right, "wrong-item", i=i, x=x, y=y, want_x=xs[i], want_y=ys[i])
    alive_together(code)


def alive_together(code):
    """Two data sets at once, of other sizes and numbers: making one must not change the other."""
    first, second = columns(code.draw, N), columns(code.draw, 4)
    one, other = points(code, *map(list, first)), points(code, *map(list, second))
    for dataset, (xs, ys) in ((one, first), (other, second), (one, first)):
        expect(len(dataset) == len(xs), "shared", want=len(xs), got=len(dataset))
        for i in code.draw.shuffled(range(len(xs))):
            x, y = (float(part) for part in item(dataset, i))
            expect(near(x, xs[i]) and near(y, ys[i]), "shared-item", i=i, x=x, y=y, want_x=xs[i], want_y=ys[i])


def batches(code: Code) -> None:
    xs, ys = columns(code.draw)
    dataset = points(code, xs, ys)
    for part in next(iter(DataLoader(dataset, batch_size=3))):
        expect(part.shape == (3, 1), "wrong-batch", got=tuple(part.shape))
    for size in (1, 4, 7):
        came = [torch.cat(parts).flatten() for parts in zip(*DataLoader(dataset, size, shuffle=True))]
        for got, want in zip(came, (xs, ys)):
            want = torch.tensor(want, dtype=torch.float32).sort().values
            expect(near(got.sort().values, want), "incomplete", size=size)
