"""What is wrong with an answer, and the plain values in it."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.grading.phrases import digits_for


class Wrong(Exception):
    """The code does not do what the exercise asks. ``facts`` fill the braces of the message."""

    def __init__(self, key: str, **facts: Any) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts


def expect(condition: object, key: str, **facts: Any) -> None:
    """Raise `Wrong` with this message unless the condition holds."""
    if not condition:
        raise Wrong(key, **facts)


def plain(value: Any, name: str) -> Tensor:
    """The value, which has to be a tensor; ``name`` is what the message calls it.

    A subclass may answer for itself what it is equal to: it is taken for what it holds.
    """
    if not isinstance(value, Tensor):
        raise Wrong("not-a-tensor", name=name, kind=type(value).__name__)
    if type(value) in (Tensor, nn.Parameter):
        return value
    with torch._C.DisableTorchFunctionSubclass():
        return Tensor.as_subclass(value, Tensor)


def number(value: Any, name: str) -> float:
    """The value as a float: a number, or a tensor with one element."""
    if isinstance(value, Tensor):
        value = plain(value, name)
        if value.numel() != 1:
            raise Wrong("many-numbers", name=name, shape=tuple(value.shape))
        return float(value.detach())
    if isinstance(value, np.generic) and not isinstance(value, np.bool_):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Wrong("not-a-number", name=name, kind=type(value).__name__)
    # A subclass may convert itself into anything.
    return float.__float__(value) if isinstance(value, float) else float(int.__int__(value))


def near(one: Any, other: Any, tolerance: float = 1e-4, floor: float = 1e-3) -> bool:
    """Whether two numbers or tensors of one shape agree, relative to the larger ones in them.

    ``floor``: the tolerance is never relative to less than this. Whole numbers agree when they
    are the same, and so do numbers that are not finite.
    """
    a, b = (torch.as_tensor(value).detach() for value in (one, other))
    if a.shape != b.shape:
        return False
    if not (_is_real(a) or _is_real(b)):
        return torch.equal(a.long(), b.long())
    a, b = a.double(), b.double()
    finite = b.isfinite()
    if not finite.all():
        x, y = a[~finite], b[~finite]
        if not ((x == y) | (x.isnan() & y.isnan())).all():
            return False
        a, b = a[finite], b[finite]
    if not b.numel():
        return True
    room = tolerance * float(b.abs().max().clamp(floor))
    return torch.allclose(a, b, rtol=tolerance, atol=room)


def dtype_name(tensor: Tensor) -> str:
    """The dtype of a tensor as one says it: "float32"."""
    return str(tensor.dtype).removeprefix("torch.")


def same_dtype(got: Tensor, want: Tensor, key: str) -> None:
    """Raise `Wrong` with this message unless both are of one dtype."""
    expect(got.dtype == want.dtype, key, got=dtype_name(got), want=dtype_name(want))


def _is_real(tensor: Tensor) -> bool:
    return tensor.is_floating_point() or tensor.is_complex()


def apart(got: float, want: float) -> dict[str, str]:
    """Both numbers as text, with as many digits as it takes to tell them apart."""
    digits = digits_for(got, want)
    return {"got": f"{got:.{digits}g}", "want": f"{want:.{digits}g}"}


def farthest(got: Tensor, want: Tensor) -> dict[str, str]:
    """The place where a tensor is farthest from the right one, and both numbers there."""
    away = (got.detach().double() - want.detach().double()).abs().nan_to_num(nan=torch.inf)
    index = tuple(int(i) for i in torch.unravel_index(away.argmax(), want.shape))
    place = f" at {list(index)}" if want.numel() > 1 else ""
    return {"place": place, **apart(float(got.detach()[index]), float(want.detach()[index]))}
