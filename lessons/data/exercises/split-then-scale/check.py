import torch

from engine.grading.checks import DTYPES, Code, expect, near, same_dtype, tensor


def samples(draw, n=200, dtype=torch.float32):
    """Different numbers in no order."""
    steps = draw.normal(n, dtype=torch.float64).abs() + 0.05
    numbers = steps.cumsum(0) * draw.one_of([0.2, 1.0, 9.0]) + draw.real(-20, 20)
    return numbers[draw.order(n)].unsqueeze(1).to(dtype)


def cases(draw):
    for fraction in (0.8, 0.5, draw.real(0.3, 0.9)):
        n = draw.whole(31, 90)
        yield samples(draw, n, draw.one_of(DTYPES)), fraction, draw.whole(0, 10**6)
    # Deviations of every size, and one that is small beside the mean.
    for size in (1e-3, 0.05, 1e4):
        x = samples(draw, draw.whole(31, 90), torch.float64)
        yield (size * (x - x.mean()) / x.std()).float(), 0.7, draw.whole(0, 99)
    x = samples(draw, 40, torch.float64)
    for dtype in DTYPES:
        yield (1e4 + 3 * (x - x.mean()) / x.std()).to(dtype), 0.75, 0


def parts(code, x, fraction=0.8, seed=1):
    got = code.may("random").prepare(x, fraction, seed)
    pair = isinstance(got, tuple | list) and len(got) == 2
    expect(pair, "not-a-pair", got=type(got).__name__)
    train, validation = tensor(got[0], "The training part"), tensor(got[1], "The validation part")
    for part in (train, validation):
        same_dtype(part, x, "wrong-dtype")
        expect(part.dim() == 2 and part.shape[1] == 1, "wrong-shape", got=tuple(part.shape))
    return train, validation


def is_normal(part):
    # With Bessel's correction or without it.
    deviations = (float(part.std(correction=each)) for each in (0, 1))
    return abs(float(part.mean())) < 1e-3 and any(near(each, 1.0, 2e-3) for each in deviations)


def members(x, train, validation):
    """Which of the sorted samples are in the training part; None when they are no samples of x.

    Scaling keeps the order: the smallest number of all belongs to the smallest sample.
    """
    both, part = torch.cat([train, validation]).double().flatten().sort()
    known = x.double().flatten().sort().values
    if len(both) != len(known):
        return None
    slope = (both[-1] - both[0]) / (known[-1] - known[0])
    if not near(both, (known - known[0]) * slope + both[0], 1e-4):
        return None
    return part < len(train)


def sizes(code: Code) -> None:
    # Fractions of a sample that rounding would count.
    odd = [(samples(code.draw, n), fraction, 3) for n, fraction in ((36, 0.8), (41, 0.7), (35, 0.5))]
    # A number may come twice, and is two samples then.
    twice = [(samples(code.draw, n).div(9).round(), 0.7, code.draw.whole(0, 99)) for n in (60, 45)]
    for x, fraction, seed in [(samples(code.draw), 0.8, 1), *odd, *twice, *cases(code.draw)]:
        got, n = tuple(map(len, parts(code, x, fraction, seed))), int(fraction * len(x))
        facts = {"n": len(x), "fraction": fraction, "want_train": n, "want_validation": len(x) - n}
        expect(got == (n, len(x) - n), "wrong-sizes", train=got[0], validation=got[1], **facts)


def random(code: Code) -> None:
    x = samples(code.draw)
    refuse_order(x, *parts(code, x))
    for seed in (0, code.draw.whole(2, 10**6), 1):
        train, _ = parts(code, x, seed=seed)
        torch.manual_seed(code.draw.whole(1, 999))
        expect(torch.equal(train, parts(code, x, seed=seed)[0]), "not-repeatable")
    # Neighbours, and seeds with the same last digits or bits.
    first, splits = code.draw.whole(3, 99), {1: train}
    for seed in (0, 2, first, *(first + step for step in (10, 100, 256, 1000, 2**16))):
        splits[seed] = parts(code, x, seed=seed)[0]
        refuse_order(x, *parts(code, x, seed=seed))
        same = [other for other, part in splits.items() if other != seed and torch.equal(part, splits[seed])]
        expect(not same, "always-the-same", seed=seed, other=next(iter(same), ""))


def refuse_order(x, train, validation):
    """Refuse a split that has anything to do with the order of the data; where each sample went."""
    split = members(x, train, validation)
    if split is None:
        return None
    found = torch.empty(len(x), dtype=torch.bool)
    found[x.flatten().argsort()] = split
    expect(int((found[1:] != found[:-1]).sum()) > 2, "in-order")
    apart = (~found).nonzero().flatten().diff()
    expect((apart != apart[0]).any(), "every-so-many", step=int(apart[0]))
    return tuple(found.tolist())


def scaled(code: Code) -> None:
    for x, fraction, seed in [(samples(code.draw), 0.8, 1), *cases(code.draw)]:
        train, validation = parts(code, x, fraction, seed)
        normal = is_normal(train)
        expect(normal or not is_normal(torch.cat([train, validation])), "leak")
        expect(normal, "not-normalised", mean=float(train.mean()), std=float(train.std()))


def no_leak(code: Code) -> None:
    for x, fraction, seed in cases(code.draw):
        train, validation = parts(code, x, fraction, seed)
        together = members(x, train, validation)
        # Rounded to float32, numbers that are far from zero are others.
        rounded = x.dtype == torch.float64 and members(x.float(), train, validation) is not None
        expect(together is not None or not rounded, "rounded")
        expect(together is not None or not is_normal(validation), "own-numbers")
        facts = {"mean": float(validation.mean()), "std": float(validation.std())}
        alike = len(set(torch.cat([train, validation]).flatten().tolist())) == len(x)
        expect(together is not None or not alike, "wrong-scale", **facts)


def apart(code: Code) -> None:
    for x, fraction, seed in cases(code.draw):
        train, validation = parts(code, x, fraction, seed)
        both = torch.cat([train, validation]).flatten()
        twice = len(both) - len(set(both.tolist()))
        expect(not twice, "overlap", n=twice)
        split = members(x, train, validation)
        expect(split is not None, "others")
        # The numbers are those of the training part, and not of the other.
        known = x.double().flatten().sort().values[split]
        got = train.double().flatten().sort().values
        mean, fits = known.mean(), [near(got, (known - known.mean()) / known.std(correction=c), 2e-3) for c in (0, 1)]
        expect(any(fits), "leak", mean=float(mean))
        # The digits that float64 has, and float32 has not.
        scaled = [(known - known.mean()) / known.std(correction=c) for c in (0, 1)]
        exact = x.dtype != torch.float64 or any(near(got, each, 1e-5) for each in scaled)
        expect(exact, "rounded")
