"""What a name stands for, as plain numbers and words; calls nothing that a learner has written."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from types import FunctionType, ModuleType
from typing import Any
from weakref import ref

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.utils._python_dispatch import _disable_current_modes

from engine.process.stops import Corner, Grid, Seen

MOST_NAMES, MOST_WEIGHTS = 40, 12
"""Names shown at a stop, and parameters of one module."""

ROWS, COLUMNS = 4, 6
"""Of the grid that is shown of a tensor."""

MOST_TEXT = 60

PLAIN = (bool, int, float, complex, str, bytes, type(None))

HIDDEN = (ModuleType, FunctionType, type)
"""Imports and definitions are read in the source."""

Mark = tuple[Any, ...]
"""Differs when a name was assigned or written to."""


class Which:
    """Which tensor it is; not by its address alone, which the next one may get."""

    def __init__(self, value: Tensor) -> None:
        self._to = ref(value)

    def __eq__(self, other: object) -> bool:
        """Whether it is the same; not what is in it."""
        return isinstance(other, Which) and self._to is other._to

    __hash__ = None  # type: ignore[assignment]


def number(value: float) -> float | str:
    """A float as JSON can say it; a whole number, and True, as a word that is exact."""
    return value if isinstance(value, float) and math.isfinite(value) else str(value)


@contextmanager
def unseen() -> Iterator[None]:
    """Whoever counts or changes operations does not hear of those in here."""
    if torch._C._len_torch_dispatch_stack():
        with _disable_current_modes():
            yield
    else:
        yield


def corner(tensor: Tensor) -> Corner:
    """Its shape, and the corner of its first matrix where that holds plain numbers."""
    return Corner(list(tensor.shape), grid(tensor))


def grid(tensor: Tensor) -> Grid:
    """The corner of its first matrix; empty of what holds no plain numbers.

    That may be a tensor without numbers of its own: one under `torch.vmap`, on the meta device,
    of a lazy layer.
    """
    with suppress(Exception), torch.no_grad(), torch._C.DisableTorchFunction():
        part = tensor.detach()
        while part.dim() > 2:
            part = part[0]
        if part.numel() and not part.is_complex() and not part.is_quantized:
            part = part.reshape(1, -1) if part.dim() < 2 else part
            rows = part[:ROWS, :COLUMNS].tolist()
            return [[number(each) for each in row] for row in rows]
    return []


def describe(name: str, value: Any) -> Seen:
    """One name; of what does not bear to be looked at, its type."""
    kind = type(value).__name__
    with suppress(Exception), torch._C.DisableTorchFunction():
        return _described(name, value, kind)
    return Seen(name, kind)


def _described(name: str, value: Any, kind: str) -> Seen:
    if issubclass(type(value), Tensor):
        return _tensor(name, value, kind)
    if type(value) in PLAIN:
        # Not all of it: a text may be as long as memory.
        text = repr(value[:MOST_TEXT]) if isinstance(value, str | bytes) else _plain(value)
        return Seen(name, kind, text if len(text) <= MOST_TEXT else f"{text[: MOST_TEXT - 1]}…")
    if type(value) in (list, tuple, dict, set):
        return Seen(name, kind, f"{len(value)} in it")
    if issubclass(type(value), Optimizer):
        settings = value.param_groups[0] if value.param_groups else {}
        told = [f"{key} {settings[key]:g}" for key in ("lr", "momentum", "weight_decay")
                if isinstance(settings.get(key), int | float)]  # fmt: skip
        return Seen(name, kind, ", ".join(told))
    return Seen(name, kind)


def _plain(value: Any) -> str:
    if type(value) is int and value.bit_length() > 200:
        return f"an int of {value.bit_length()} bits"
    return repr(value)


def _tensor(name: str, value: Tensor, kind: str) -> Seen:
    grad = value.grad if value.is_leaf else None
    return Seen(
        name,
        kind,
        shape=list(value.shape),
        dtype=str(value.dtype).removeprefix("torch."),
        device=str(value.device),
        requires_grad=value.requires_grad,
        grid=grid(value),
        grad=grid(grad) if grad is not None else None,
    )


def in_scope(names: dict[str, Any]) -> list[tuple[str, Any]]:
    """Names with their values; a module's parameters stand below it."""
    found: list[tuple[str, Any]] = []
    for name, value in names.items():
        if name.startswith("__") or issubclass(type(value), HIDDEN):
            continue
        found.append((name, value))
        if issubclass(type(value), nn.Module):
            found += _weights(name, value)
    return found[:MOST_NAMES]


def _weights(name: str, module: nn.Module) -> list[tuple[str, Any]]:
    # A module whose `__init__` is at work may have none of its parts yet.
    with suppress(Exception):
        weights = islice(nn.Module.named_parameters(module), MOST_WEIGHTS)
        return [(f"{name}.{part}", weight) for part, weight in weights]
    return []


def mark(value: Any) -> Mark:
    """What tells whether the name stands for something else by now."""
    with suppress(Exception), torch._C.DisableTorchFunction():
        if issubclass(type(value), Tensor):
            grad = value.grad if value.is_leaf else None
            return _written(value), _written(grad), value.requires_grad
        if type(value) in (list, dict, set):
            return id(value), len(value)
    return (id(value),)


def _written(value: Tensor | None) -> Mark:
    """Which tensor it is, and how often it was written to."""
    if value is None:
        return ()
    return Which(value), -1 if value.is_inference() else value._version
