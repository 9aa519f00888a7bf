import torch
from torch import nn

from engine.grading.checks import DTYPES, Code, Wrong, apart, expect, near, number, same_dtype, tensor

PREDICTION = torch.tensor([[2.0], [5.0], [10.0]])
# Neither their sum nor their middle is the mean of their sizes.
ERRORS = torch.tensor([[1.0], [-2.0], [4.0]])
WANT = 21 / 3


def mse(prediction, target):
    return nn.functional.mse_loss(prediction, target.reshape(prediction.shape))


def cases(draw):
    dtypes, scales = draw.every(DTYPES), draw.every([0.01, 1.0, 100.0])
    for n in draw.lengths(12, 5, 3):
        of = {"scale": next(scales), "dtype": next(dtypes)}
        target = draw.normal(n, 1, shift=draw.one_of([0.0, 3.0]), **of)
        for shape in ((n, 1), (n,)):
            yield draw.normal(n, 1, **of), target.reshape(shape)
    same = draw.normal(4, 1)
    yield same, same.flatten()
    # Errors of every size, and small ones of large numbers, many and few.
    for n, size in ((draw.whole(2, 9), 1e-12), (40, 1e-4), (3, 5e3), (300, 1.0), (draw.whole(2, 9), 1e12)):
        prediction = draw.normal(n, 1, scale=size)
        yield prediction, (draw.normal(n, 1, scale=size)).reshape((n,) if size < 1 else (n, 1))
    for n in (1, draw.whole(2, 30)):
        prediction = draw.normal(n, 1, shift=1000.0)
        yield prediction, (prediction + 0.1 * (1 + draw.normal(n, 1).abs())).flatten()
    wide = draw.normal(6, 4)
    yield wide[:, :1], wide[:, 2]


def asked(code, prediction, target):
    got = code.mse(prediction.clone(), target.clone())
    if isinstance(got, torch.Tensor):
        expect(got.numel() == 1, "not-one-number", got=tuple(got.shape))
    return number(got, "What `mse` returns")


def right(code: Code) -> None:
    got = asked(code, PREDICTION, PREDICTION + ERRORS)
    expect(not near(got, 21), "sum", got=got, want=WANT)
    expect(not near(got, 7 / 3), "absolute", got=got)
    every = ((PREDICTION - (PREDICTION + ERRORS).squeeze(1)) ** 2).mean()
    expect(not near(got, every), "the-other-shape", got=got, want=WANT)
    expect(near(got, WANT), "wrong", got=got, want=WANT)


def either_shape(code: Code) -> None:
    try:
        perfect = asked(code, PREDICTION, PREDICTION.squeeze(1).clone())
        got = asked(code, PREDICTION, (PREDICTION + ERRORS).squeeze(1))
    except (ValueError, RuntimeError, AssertionError) as error:
        raise Wrong("refuses", error=type(error).__name__) from error
    every = ((PREDICTION - PREDICTION.squeeze(1)) ** 2).mean()
    expect(not near(perfect, every), "broadcast", got=perfect)
    expect(near(perfect, 0), "not-perfect", got=perfect)
    expect(near(got, WANT), "wrong", got=got, want=WANT)


def one_number(code: Code) -> None:
    def answered(got, want, *_):
        if isinstance(got, torch.Tensor):
            expect(got.numel() == 1, "not-one-number", got=tuple(got.shape))
            if near(got.flatten()[0], want, 1e-4, 0.0):
                return
        got = number(got, "What `mse` returns")
        facts = {"call": "mse(prediction, target)", "place": "", **apart(got, float(want))}
        expect(near(got, want, 1e-4, 0.0), "disagrees", **facts)

    for prediction, target in cases(code.draw):
        mine = prediction.clone().requires_grad_()
        got = code.mse(mine, target)
        expect(isinstance(got, torch.Tensor) and got.requires_grad, "no-gradient")
        answered(got, mse(prediction, target))
        same_dtype(got, prediction, "wrong-dtype")
        (slope,) = torch.autograd.grad(tensor(got, "What `mse` returns").sum(), mine, allow_unused=True)
        want = 2 * (prediction - target.reshape(prediction.shape)) / len(prediction)
        expect(slope is not None and near(slope, want, 1e-3, 0.0), "no-gradient")
