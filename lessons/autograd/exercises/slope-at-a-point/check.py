import math

import torch

from engine.grading.checks import Code, Wrong, expect, near, number


def cube(x):
    return x**3


def ask(code, f, at):
    got = code.get("slope")(f, at)
    expect(got is not None, "returned-nothing")
    return number(got, "What `slope` returns")


def slope(code: Code) -> None:
    got = ask(code, cube, 2.0)
    expect(not near(got, 8), "the-value", got=got)
    expect(near(got, 12, 1e-2), "wrong-slope", got=got)


def exact(code: Code) -> None:
    got, want = ask(code, lambda x: torch.sin(50 * x), 1.0), 50 * math.cos(50)
    expect(near(got, want, 1e-5), "rough", got=got, want=want)


def whole(code: Code) -> None:
    try:
        got = ask(code, cube, 2)
    except RuntimeError as error:
        if "floating point" not in str(error):
            raise
        raise Wrong("integers", error=str(error)) from error
    expect(near(got, 12), "wrong-slope", got=got)


def again(code: Code) -> None:
    first, second = ask(code, cube, 2.0), ask(code, cube, 2.0)
    expect(near(first, second), "gradients-add-up", first=first, second=second)
