"""What a call did to things that are the caller's: tensors, modules, lists, arrays.

Each effect has the key of a message. Those that an exercise asks for are allowed by name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

KINDS = (
    "changed-in-place",
    "moved",
    "statistics-moved",
    "requires-grad-changed",
    "gradients-changed",
    "mode-lost",
    "setting-changed",
    "rebuilt",
    "hook-left",
    "list-changed",
)
"""Keys of messages, one for each effect."""


class Things:
    """Arguments of a call as they were before it."""

    def __init__(self, named: dict[str, Any]) -> None:
        self._kept: list[tuple[str, Any, Any]] = []
        buffers = {
            id(buffer)
            for value in named.values()
            if isinstance(value, nn.Module)
            for buffer in value.buffers()
        }
        for name, value in named.items():
            for part, thing in parts(name, value):
                self._kept.append((part, thing, _state(thing, id(thing) in buffers)))

    def effect(self, allowed: Collection[str]) -> tuple[str, dict[str, Any]] | None:
        """The first effect that is not allowed: its key, and the facts of the message."""
        for name, thing, before in self._kept:
            now = _state(thing, "statistics-moved" in before)
            for key, was in before.items():
                # Who may move the numbers may put other tensors in their place.
                allows = key in allowed or (key == "rebuilt" and "moved" in allowed)
                if not allows and not alike(was, now[key]):
                    return key, {"name": name, **_facts(was, now[key])}
        return None


def parts(name: str, value: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """A value, and what it is made of, with names for both."""
    if isinstance(value, Tensor | np.ndarray):
        yield name, value
    if isinstance(value, nn.Module):
        for part, module in value.named_modules():
            yield f"{name}.{part}" if part else name, module
        for part, tensor in (*value.named_parameters(), *value.named_buffers()):
            yield f"{name}.{part}", tensor
    elif isinstance(value, list | tuple) and depth < 3:
        if isinstance(value, list):
            yield name, value
        for index, each in enumerate(value):
            yield from parts(f"{name}[{index}]", each, depth + 1)


def _state(thing: Any, is_buffer: bool) -> dict[str, Any]:
    """How a thing is, by the key of the message for its being otherwise."""
    if isinstance(thing, nn.Module):
        held = (*thing.named_children(), *thing.named_parameters(recurse=False))
        hooks = (thing._forward_hooks, thing._forward_pre_hooks, thing._backward_hooks)
        return {
            "mode-lost": thing.training,
            "setting-changed": _settings(thing),
            "rebuilt": [(part, id(each)) for part, each in held],
            "hook-left": sum(map(len, hooks)),
        }
    if isinstance(thing, list):
        return {"list-changed": list(thing)}
    if isinstance(thing, np.ndarray):
        return {"changed-in-place": (thing.shape, thing.tobytes())}
    key = "changed-in-place"
    if isinstance(thing, nn.Parameter):
        key = "moved"
    elif is_buffer:
        key = "statistics-moved"
    return {
        key: (thing.shape, thing.dtype, thing.device, _copy(thing)),
        "requires-grad-changed": thing.requires_grad,
        "gradients-changed": _copy(thing.grad if thing.is_leaf else None),
        "hook-left": len(thing._backward_hooks or ()),
    }


def _settings(module: nn.Module) -> dict[str, Any]:
    """The plain values a layer is set by: a dropout's p, a batch norm's momentum."""
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, int | float | str) and name != "training" and name[0] != "_"
    }


def _copy(tensor: Tensor | None) -> Tensor | None:
    return None if tensor is None else tensor.detach().clone()


def alike(one: Any, other: Any) -> bool:
    """Whether two states are the same, numbers to the last bit; "not a number" is itself."""
    if isinstance(one, tuple | list) and isinstance(other, tuple | list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, Tensor) and isinstance(other, Tensor):
        if one is other or one.device.type == "meta" or one.shape != other.shape:
            return one.shape == other.shape
        return bool(torch.equal(one, other) or torch.allclose(one, other, 0, 0, equal_nan=True))
    if isinstance(one, Tensor | nn.Module):
        return one is other
    return type(one) is type(other) and bool(one == other)


def _facts(was: Any, now: Any) -> dict[str, str]:
    """In words what changed, where it is a mode (`Module.training`) or a setting."""
    if isinstance(was, dict) and isinstance(now, dict):
        name = next(each for each in (*was, *now) if was.get(each) != now.get(each))
        return {"setting": name, "before": str(was.get(name)), "after": str(now.get(name))}
    return {"before": _mode(was), "after": _mode(now)}


def _mode(value: Any) -> str:
    if isinstance(value, bool):
        return "training" if value else "evaluation"
    return ""
