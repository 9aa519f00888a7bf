"""What a name stands for, as plain numbers and words; calls nothing that a learner has written."""

from __future__ import annotations

import math
from types import FunctionType, ModuleType
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from engine.process.stops import Grid, Seen

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


def number(value: float) -> float | str:
    """A float as JSON can say it."""
    return value if math.isfinite(value) else str(value)


def grid(tensor: Tensor) -> Grid:
    """The corner of its first matrix; empty of what holds no plain numbers."""
    if tensor.layout is not torch.strided or tensor.is_quantized or tensor.is_meta:
        return []
    with torch.no_grad():
        part = tensor.detach()
        while part.dim() > 2 and part.shape[0]:
            part = part[0]
        if part.dim() > 2 or not part.numel() or part.is_complex():
            return []
        part = part.reshape(1, -1) if part.dim() < 2 else part
        corner = part[:ROWS, :COLUMNS].tolist()
    return [[number(float(each)) for each in row] for row in corner]


def describe(name: str, value: Any) -> Seen:
    """One name."""
    kind = type(value).__name__
    if isinstance(value, Tensor):
        return _tensor(name, value, kind)
    if type(value) in PLAIN:
        # Not all of it: a text may be as long as memory.
        text = repr(value[:MOST_TEXT]) if isinstance(value, str | bytes) else _plain(value)
        return Seen(name, kind, text[:MOST_TEXT])
    if type(value) in (list, tuple, dict, set):
        return Seen(name, kind, f"{len(value)} in it")
    if isinstance(value, Optimizer):
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
    for name, value in list(names.items()):
        if name.startswith("__") or isinstance(value, HIDDEN):
            continue
        found.append((name, value))
        if isinstance(value, nn.Module):
            found += [
                (f"{name}.{part}", weight)
                for part, weight in list(value.named_parameters())[:MOST_WEIGHTS]
            ]
    return found[:MOST_NAMES]


def mark(value: Any) -> Mark:
    """What tells whether the name stands for something else by now."""
    if isinstance(value, Tensor):
        grad = value.grad if value.is_leaf else None
        return id(value), _writes(value), id(grad), _writes(grad), value.requires_grad
    if type(value) in (list, dict, set):
        return id(value), len(value)
    return (id(value),)


def _writes(value: Tensor | None) -> int:
    # Tensors of inference mode keep none.
    return -1 if value is None or value.is_inference() else value._version
