"""Gradients as they arrive during ``backward()``, by hooks on the graph's nodes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from typing import Any

import torch
from torch import Tensor

from engine.process.stops import Arrived, Corner
from engine.scope.recorder import Recorder
from engine.scope.values import corner, unseen

MOST_NODES = 60
"""Of the graph, from the loss down."""

RULES = {
    "Accumulate": "is added to .grad",
    "Add": "the same to both sides (summed where one was stretched)",
    "Sub": "the same to the left, minus it to the right",
    "Mul": "× the other factor",
    "Div": "/ the divisor, to what was divided",
    "Neg": "× −1",
    "Pow": "× n · xⁿ⁻¹",
    "Exp": "× eˣ",
    "Log": "/ x",
    "Mean": "/ N, to each of the N numbers",
    "Sum": "the same to each number",
    "MseLoss": "× 2 (prediction − target) / N, to the prediction",
    "Addmm": "C + A·B: the same to C (summed where it was stretched), g·Bᵀ to A, Aᵀ·g to B",
    "Mm": "A·B: g·Bᵀ to A, Aᵀ·g to B",
    "T": "transposed",
    "Relu": "where the input was above 0, else 0",
    "Tanh": "× (1 − tanh²)",
    "Sigmoid": "× s (1 − s)",
}

ONLY_ONE = ("Div", "Pow", "Mse")
"""Of these the first kind alone follows the rule: others round, or have a tensor for exponent."""


def rule(node: Any) -> str:
    """What the operation does to a gradient; empty where it was set to do something else."""
    whole = node.name()
    found = RULES.get(operation_of(node), "")
    if whole.startswith(ONLY_ONE) and not whole.endswith("0"):
        return ""
    if any(getattr(node, f"_saved_{scale}", 1) != 1 for scale in ("alpha", "beta")):
        return ""
    # 1 stands for the mean.
    if getattr(node, "_saved_reduction", 1) != 1:
        return ""
    return found


def operation_of(node: Any) -> str:
    """Its name without "Backward0"."""
    name: str = node.name()
    return name.rstrip("0123456789").removesuffix("Backward")


@contextmanager
def following_backward(recorder: Recorder) -> Iterator[None]:
    """Calls of ``backward()`` leave their gradients with the recorder."""
    original = torch.autograd.backward

    @wraps(original)
    def followed(tensors: Any, *arguments: Any, **settings: Any) -> None:
        handles = hooked(tensors, recorder) if recorder.follows else []
        try:
            original(tensors, *arguments, **settings)
        finally:
            for handle in handles:
                handle.remove()

    torch.autograd.backward = followed
    try:
        yield
    finally:
        torch.autograd.backward = original


def hooked(tensors: Any, recorder: Recorder) -> list[Any]:
    """Hooks on the graph below, which are to be removed; what cannot be followed is not."""
    handles: list[Any] = []
    recorder.arrived.clear()
    with suppress(Exception):
        roots = [tensors] if isinstance(tensors, Tensor) else list(tensors)
        todo = deque(each.grad_fn for each in roots if isinstance(each, Tensor))
        known: set[Any] = set()
        while todo and len(known) < MOST_NODES:
            node = todo.popleft()
            if node is not None and node not in known:
                known.add(node)
                todo.extend(below for below, _ in node.next_functions)
                handles.append(_hook(node, recorder))
    return handles


def _hook(node: Any, recorder: Recorder) -> Any:
    weight = getattr(node, "variable", None)
    if isinstance(weight, Tensor):
        return node.register_prehook(lambda came: _reached(came, weight, recorder))
    operation, does = operation_of(node), rule(node)

    def passed(went: Any, came: Any) -> None:
        with suppress(Exception), unseen():
            to = [corner(each) if each is not None else None for each in went]
            recorder.arrived.append(Arrived(operation, does, _first(came), to))

    return node.register_hook(passed)


def _reached(came: Any, weight: Tensor, recorder: Recorder) -> None:
    with suppress(Exception), unseen():
        arrived = Arrived("AccumulateGrad", RULES["Accumulate"], _first(came))
        arrived.leaf = recorder.name_of(weight) or "a tensor without a name here"
        arrived.before = corner(weight.grad) if weight.grad is not None else None
        recorder.arrived.append(arrived)


def _first(grads: Any) -> Corner | None:
    return next((corner(each) for each in grads if each is not None), None)
