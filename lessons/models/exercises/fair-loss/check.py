import torch

from engine.grading.checks import Code, Wrong, expect, near, number, tensor

PREDICTION = torch.tensor([[2.0], [5.0], [10.0]])
ERRORS = torch.tensor([[1.0], [-2.0], [3.0]])
WANT = 14 / 3


def asked(code, prediction, target):
    got = code.mse(prediction, target)
    if isinstance(got, torch.Tensor):
        expect(got.numel() == 1, "not-one-number", got=tuple(got.shape))
    return number(got, "What `mse` returns")


def right(code: Code) -> None:
    got = asked(code, PREDICTION, PREDICTION + ERRORS)
    expect(not near(got, 14), "sum", got=got, want=WANT)
    expect(not near(got, 2), "absolute", got=got)
    every = ((PREDICTION - (PREDICTION + ERRORS).squeeze(1)) ** 2).mean()
    expect(not near(got, every), "the-other-shape", got=got, want=WANT)
    expect(near(got, WANT), "wrong", got=got, want=WANT)


def either_shape(code: Code) -> None:
    try:
        perfect = asked(code, PREDICTION, PREDICTION.squeeze(1).clone())
        got = asked(code, PREDICTION, (PREDICTION + ERRORS).squeeze(1))
    except (ValueError, RuntimeError, AssertionError) as error:
        raise Wrong("refuses", error=type(error).__name__) from error
    expect(near(perfect, 0), "broadcast", got=perfect)
    expect(near(got, WANT), "wrong", got=got, want=WANT)


def one_number(code: Code) -> None:
    prediction = PREDICTION.clone().requires_grad_()
    got = code.mse(prediction, PREDICTION + 1)
    expect(isinstance(got, torch.Tensor) and got.requires_grad, "no-gradient")
    tensor(got, "What `mse` returns").backward()
    expect(near(prediction.grad, torch.full((3, 1), -2 / 3)), "no-gradient")
