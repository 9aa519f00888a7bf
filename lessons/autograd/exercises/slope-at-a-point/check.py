import math

import torch

from engine.grading.checks import Code, Wrong, expect, near, number


def cube(x):
    return x**3


def functions(draw):
    """Functions with their derivatives; every number in them is another each time."""
    a, b, c = (draw.real(-3, 3) for _ in range(3))
    yield (lambda x: a * x**2 + b * x + c), (lambda at: 2 * a * at + b)
    yield (lambda x: a * torch.exp(b * x / 3)), (lambda at: a * b / 3 * math.exp(b * at / 3))
    yield (lambda x: torch.sin(a * x) + c), (lambda at: a * math.cos(a * at))
    yield (lambda x: torch.relu(x) * a - x), (lambda at: (a if at > 0 else 0) - 1)
    yield (lambda x: (x * x + 1).sqrt() * b), (lambda at: b * at / math.sqrt(at * at + 1))
    # Steep and nearly flat: a slope of any size is what it is.
    yield (lambda x: 1e6 * a * x**3), (lambda at: 3e6 * a * at * at)
    yield (lambda x: 1e-6 * a * x**2), (lambda at: 2e-6 * a * at)
    yield (lambda x: 0 * x + a), (lambda at: 0.0)


def ask(code, f, at):
    got = code.may("nothing").slope(f, at)
    expect(got is not None, "returned-nothing")
    return number(got, "What `slope` returns")


def slope(code: Code) -> None:
    got = ask(code, cube, 2.0)
    expect(not near(got, 8) or not near(ask(code, cube, 3.0), 27), "the-value", got=got)
    expect(near(got, 12, 1e-2), "wrong-slope", got=got)


def again(code: Code) -> None:
    at, earlier = code.draw.real(1, 3), []
    for f, derivative in functions(code.draw):
        first, second = ask(code, f, at), ask(code, f, at)
        want, facts = derivative(at), {"first": first, "second": second}
        more = near(second - first, want, 1e-2)
        expect(near(first, second) or not more, "gradients-add-up", **facts)
        expect(near(first, second), "another-time", **facts)
        known = any(near(first, each, 1e-2) for each in earlier)
        expect(near(first, want, 1e-2) or not known, "remembers", at=at, got=first, want=want)
        earlier.append(want)


def room(f, at):
    """What rounding may do to a slope: the answer in float32 beside that in float64, and more."""
    slopes = []
    for dtype in (torch.float32, torch.float64):
        x = torch.tensor(at, dtype=dtype, requires_grad=True)
        slopes.append(float(torch.autograd.grad(f(x), x)[0]))
    return 20 * abs(slopes[0] - slopes[1])


def exact(code: Code) -> None:
    asked = []
    got, want = ask(code, lambda x: (asked.append(float(x)), torch.sin(50 * x))[1], 1.0), 50 * math.cos(50)
    expect(near(got, want, 1e-5) or not any(x != 1 for x in asked), "rough", got=got, want=want)
    expect(near(got, want, 1e-5), "not-the-slope", got=got, want=want)
    points = [(-4, -0.5), (0.5, 4), (-0.2, 0.2), (0.5, 4)]
    for f, derivative, ends in ((*pair, ends) for pair in functions(code.draw) for ends in points):
        at, places = code.draw.real(*ends), []

        def felt(x, f=f, places=places):
            places.append(float(x.detach()) if isinstance(x, torch.Tensor) else float(x))
            return f(x)

        got, want = ask(code, felt, at), derivative(at)
        expect(near(got, want, 1e-4, 0.0) or abs(got - want) < room(f, at), "another-slope", at=at, got=got, want=want)
        here = (at, float(torch.tensor(at, dtype=torch.float32)))
        away = [place for place in places if place not in here]
        expect(not away, "beside", at=at, places=", ".join(f"{place:.17g}" for place in away[:2]))


def whole(code: Code) -> None:
    try:
        for at in (2, -3, 1, 1000, -200):
            got, want = ask(code, cube, at), 3.0 * at * at
            expect(near(got, want), "another-slope", at=at, got=got, want=want)
        for at in (1e-5, -3e4, 1e6):
            got, want = ask(code, lambda x: x * x, at), 2 * at
            expect(near(got, want, 1e-4, 0.0), "another-slope", at=at, got=got, want=want)
        # At 0 a slope may be 0, and need not.
        for at, steep in ((0, 0.0), (0, code.draw.real(1, 5)), (0.0, code.draw.real(-5, -1))):
            got = ask(code, lambda x, steep=steep: 5 * x * x + steep * x, at)
            expect(near(got, steep), "another-slope", at=at, got=got, want=steep)
    except RuntimeError as error:
        if "floating point" not in str(error):
            raise
        raise Wrong("integers", error=str(error)) from error
