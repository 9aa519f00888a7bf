import torch

from engine.grading.checks import DTYPES, Code, agrees, apart, expect, grows, near, tensor


def distances(a, b):
    return (a[:, None] - b[None, :]).abs()


def cases(draw):
    for n in draw.lengths(12):
        for m in (n, draw.whole(1, 12)):
            scale = draw.one_of([0.01, 1.0, 1000.0])
            shift = draw.one_of([0.0, 0.0, -2 * scale, 2 * scale])
            of = {"scale": scale, "shift": shift, "dtype": draw.one_of(DTYPES)}
            yield draw.normal(n, **of), draw.normal(m, **of)
    for a in draw.of_every_size(draw.whole(3, 30), smallest=1e-6, largest=1e6):
        yield a, a[draw.order(len(a))][: draw.whole(1, 9)] / 2
    yield draw.normal(4, scale=1e-6), draw.normal(3, scale=1e-6)
    same = draw.normal(5)
    yield same, same.clone()


def draws_of_sizes(draw):
    """Few positions and many: some operations take another way when there are many."""
    yield from ((4, 6), (draw.whole(26, 40), draw.whole(1, 9)), (draw.whole(1, 9), 40), (60, 50))


def found(code, a, b):
    return tensor(code.distances(a, b), "What `distances` returns")


def shape(code: Code) -> None:
    a, b = torch.arange(4.0), 2 * torch.arange(4.0) + 1
    got = found(code, a, b)
    # Other answers have this shape too, the smallest distance of each for one.
    alone = near(got, (a - b).abs()) or near(got, (a - b) ** 2) or near(got, a - b)
    shape = tuple(got.shape)
    expect(not alone, "elementwise", shape=shape)
    expect(shape == (4, 4), "wrong-shape", n=4, m=4, shape=shape)
    got = tuple(found(code, torch.arange(4.0), torch.arange(3.0)).shape)
    expect(got != (3, 4), "transposed", shape=got)
    expect(got == (4, 3), "wrong-shape", n=4, m=3, shape=got)


def values(code: Code) -> None:
    a, b = torch.tensor([0.0, 10.0, -3.0]), torch.tensor([1.0, 2.0, 30.0, 4.0])
    got, want = found(code, a, b), distances(a, b)
    signed = near(got, a[:, None] - b) or near(got, b - a[:, None])
    i, j = divmod(int(got.argmin()), 4)
    expect(not signed, "signed", a=float(a[i]), b=float(b[j]), got=float(got[i, j]))
    i, j = 0, 2
    facts = {"a": float(a[i]), "b": float(b[j]), "got": float(got[i, j])}
    expect(not near(got, want**2), "squared", **facts)
    # Near together and far from zero: a difference is exact, one of squares is not.
    for n, m in draws_of_sizes(code.draw):
        a, b = code.draw.normal(n, shift=1000.0), code.draw.normal(m, shift=1000.0)
        got, want = found(code, a, b), distances(a, b)
        if got.shape == want.shape and not near(got, want):
            i, j = divmod(int((got - want).abs().argmax()), m)
            numbers = {"a": float(a[i]), "b": float(b[j])}
            expect(False, "rounded-away", n=n, m=m, **numbers, **apart(float(got[i, j]), float(want[i, j])))
    agrees(code, distances, cases, floor=0.0, exactly=True)


def no_loop(code: Code) -> None:
    def points(*sizes):
        return [torch.arange(float(n)) for n in sizes]

    grows(code, "distances", points(4, 4), points(8, 8), points(4, 9), points(9, 4))
