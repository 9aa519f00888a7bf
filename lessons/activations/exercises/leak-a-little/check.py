import torch

from engine.grading.checks import Code, expect, near, operations, tensor

X = torch.tensor([-2.0, -0.5, 0.25, 3.0])


def through(code, x):
    return tensor(code.leaky(x), "What `leaky` returns")


def values(code: Code) -> None:
    got = through(code, X.clone())
    expect(got.shape == X.shape, "wrong-shape", want=tuple(X.shape), got=tuple(got.shape))
    expect(not near(got, X.relu()), "no-leak")
    expect(near(got[3], 3.0), "wrong-side", got=float(got[3]), other=float(got[0]))
    for x, y in zip(X.tolist(), got.tolist()):
        want = x if x > 0 else 0.1 * x
        expect(near(y, want), "wrong-value", x=x, got=y, want=want)


def slopes(code: Code) -> None:
    x = X.clone().requires_grad_()
    y = through(code, x * 1)
    expect(y.requires_grad, "no-gradient")
    (got,) = torch.autograd.grad(y.sum(), x)
    for x, slope in zip(X.tolist(), got.tolist()):
        want = 1.0 if x > 0 else 0.1
        expect(near(slope, want), "wrong-slope", x=x, got=slope, want=want)


def any_shape(code: Code) -> None:
    for shape in ((2, 3), (2, 1, 4), ()):
        x = torch.randn(shape) - 1
        before = x.clone()
        got = tuple(through(code, x).shape)
        expect(got == shape, "wrong-shape", want=shape, got=got)
        expect(torch.equal(x, before), "changed-in-place")


def elementwise(code: Code) -> None:
    few, many = operations(code.leaky, torch.randn(4)), operations(code.leaky, torch.randn(8))
    expect(few == many, "loop", few=few, many=many)
