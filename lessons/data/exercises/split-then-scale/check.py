import torch

from engine.grading.checks import Code, expect, near, tensor

X = torch.arange(200.0).unsqueeze(1)


def parts(code, seed=1):
    train, validation = code.prepare(X.clone(), 0.8, seed)
    return tensor(train, "The training part"), tensor(validation, "The validation part")


def is_normal(part):
    return abs(float(part.mean())) < 1e-3 and near(float(part.std()), 1, 0.01)


def in_a_row(part):
    """Whether the samples are neighbours, whatever they have been scaled by."""
    gaps = part.flatten().sort().values.diff()
    return near(gaps, gaps.mean().expand_as(gaps), 0.01)


def sizes(code: Code) -> None:
    train, validation = parts(code)
    right = (len(train), len(validation)) == (160, 40)
    expect(right, "wrong-sizes", train=len(train), validation=len(validation))


def random(code: Code) -> None:
    train, validation = parts(code)
    expect(not (in_a_row(train) and in_a_row(validation)), "in-order")
    again, other = parts(code)[0], parts(code, seed=2)[0]
    expect(torch.equal(train, again), "not-repeatable")
    expect(not torch.equal(train, other), "always-the-same")


def scaled(code: Code) -> None:
    train, validation = parts(code)
    normal = is_normal(train)
    expect(normal or not is_normal(torch.cat([train, validation])), "leak")
    expect(normal, "not-normalised", mean=float(train.mean()), std=float(train.std()))


def no_leak(code: Code) -> None:
    train, validation = parts(code)
    expect(not is_normal(validation), "own-numbers")
    # The samples are evenly spaced: on one scale, all are whole steps away from each other.
    places = (validation - train.min()) / train.flatten().sort().values.diff().min()
    steps = float((places - places.round()).abs().max())
    expect(steps < 0.02, "wrong-scale", mean=float(validation.mean()), std=float(validation.std()))


def apart(code: Code) -> None:
    both = torch.cat(parts(code))
    twice = int((both.flatten().sort().values.diff() < 1e-4).sum())
    expect(not twice, "overlap", n=twice)
    expect(in_a_row(both), "others")
