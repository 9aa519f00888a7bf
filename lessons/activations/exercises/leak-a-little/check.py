import torch

from engine.grading.checks import DTYPES, Code, agrees, expect, grows, kernels, near, same_dtype, tensor

X = torch.tensor([-2.0, -0.5, 0.25, 3.0])
READY = {"leaky_relu", "leaky_relu_", "_prelu_kernel", "prelu", "rrelu", "rrelu_", "rrelu_with_noise", "rrelu_with_noise_"}
"""Leaky ReLUs of PyTorch; some of them go by another name."""


def leaky(x):
    return torch.where(x > 0, x, 0.1 * x)


def cases(draw):
    for shape in ((), (1,), (7,), (2, 3), (3, 1), (2, 1, 4)):
        for scale, dtype in zip((1e-6, 0.01, 1.0, 1e4), draw.every(DTYPES)):
            x = draw.normal(*shape, scale=scale, dtype=dtype)
            yield [torch.where(x.abs() < 0.2 * scale, 0 * x, x) if len(shape) == 2 else x]
    yield [draw.normal(3, 4).t()]
    yield [-draw.normal(6).abs()]
    yield from ([draw.normal(4).abs() + 0.1], [draw.normal(2, 0, 3)], [draw.normal(0)])
    yield from ([numbers] for numbers in draw.of_every_size(2, 3))
    yield from ([draw.normal(5, scale=scale, dtype=torch.float64)] for scale in (1e-200, 1.0, 1e200))


def fine(draw):
    """Positive numbers come back to the last digit: float64 has more of them than float32."""
    yield from ([draw.normal(2, 3, scale=scale, dtype=torch.float64).abs()] for scale in (1e-3, 1.0))


def through(code, x):
    return tensor(code.leaky(x), "What `leaky` returns")


def values(code: Code) -> None:
    got = through(code, X.clone())
    expect(got.shape == X.shape, "wrong-shape", want=tuple(X.shape), got=tuple(got.shape))
    expect(not near(got, X.relu()), "no-leak")
    swapped = near(got, torch.where(X > 0, 0.1 * X, X))
    expect(not swapped, "wrong-side", got=float(got[3]), other=float(got[0]))
    for x, y in zip(X.tolist(), got.tolist()):
        want = x if x > 0 else 0.1 * x
        expect(near(y, want), "wrong-value", x=x, got=y, want=want)
    agrees(code, leaky, cases, tolerance=1e-5, exactly=True, floor=0.0)
    agrees(code, leaky, fine, tolerance=1e-13, exactly=True, floor=0.0)


def slopes(code: Code) -> None:
    for x in (X, code.draw.normal(9), code.draw.normal(2, 3, scale=50, dtype=torch.float64)):
        x = torch.where(x.abs() < 0.01, x + 0.1, x).requires_grad_()
        y = through(code, x * 1)
        expect(y.requires_grad, "no-gradient")
        pull = code.draw.normal(*x.shape, dtype=x.dtype)
        (got,) = torch.autograd.grad(y, x, pull)
        for at, slope in zip(x.flatten().tolist(), (got / pull).flatten().tolist()):
            want = 1.0 if at > 0 else 0.1
            expect(near(slope, want, 1e-3), "wrong-slope", x=at, got=slope, want=want)


def dtypes(code: Code) -> None:
    for dtype in (torch.float64, torch.float16, torch.bfloat16):
        given = X.to(dtype)
        y = through(code, given)
        same_dtype(y, given, "wrong-dtype")
        for x, value in zip(X.tolist(), y.tolist()):
            want = x if x > 0 else 0.1 * x
            expect(near(value, want, 4 * torch.finfo(dtype).eps), "wrong-value", x=x, got=value, want=want)


def any_shape(code: Code) -> None:
    for x in (code.draw.normal(2, 3), code.draw.normal(4).abs() + 1, code.draw.normal(3, dtype=torch.float64).abs()):
        y, before = through(code, x), x.clone()
        y.detach().zero_()
        expect(torch.equal(x, before), "the-input-itself")
    for shape in ((2, 3), (3, 1), (1, 1), (1, 4), (2, 1, 4), (), (0, 3), (0,)):
        x = torch.randn(shape) - 1
        got = tuple(through(code, x).shape)
        expect(got == shape, "wrong-shape", want=shape, got=got)


def elementwise(code: Code) -> None:
    used = kernels(code.get("leaky"), torch.randn(4))
    expect(not used & READY, "ready-made")
    # Of as many dimensions each time: a branch for one more of them is no loop.
    for shape in ((4,), (4, 8)):
        grows(code, "leaky", [torch.randn(shape)], [torch.randn(2 * shape[0], *shape[1:])], [torch.randn(*shape[:-1], 32)])
