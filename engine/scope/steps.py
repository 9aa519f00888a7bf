"""A few chosen weights across ``optimizer.step()``: value, gradient, the formula, new value."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from torch import Tensor
from torch.optim import Optimizer
from torch.optim.optimizer import (
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)

from engine.process.stops import Updated
from engine.scope.formulas import by_hand
from engine.scope.recorder import Recorder
from engine.scope.values import number, unseen

MOST_WEIGHTS = 3

NEAR = 1e-5
"""What rounding to float32 may make of the formula, of the numbers in it."""


@dataclass
class Chosen:
    """One number of a weight, as it was before the step."""

    weight: Tensor
    at: int
    group: dict[str, Any]
    state: dict[str, float]
    value: float
    grad: float | None
    """None where a closure computes it within the step: then it is read afterwards."""


def choose(optimizer: Optimizer, *, closed: bool = False) -> list[Chosen]:
    """Of the first weights with a gradient the number each whose gradient is largest.

    Where the gradients come only within the step (``closed``), of the first weights the first.
    """
    found: list[Chosen] = []
    for group in optimizer.param_groups:
        for weight in group["params"]:
            if weight.is_complex() or not weight.numel() or len(found) == MOST_WEIGHTS:
                continue
            at, grad = 0, None
            if not closed:
                if weight.grad is None or weight.grad.is_sparse:
                    continue
                slopes = weight.grad.detach().reshape(-1)
                at = int(slopes.abs().argmax())
                grad = slopes[at].item()
            value = weight.detach().reshape(-1)[at].item()
            settings = {key: each for key, each in group.items() if key != "params"}
            kept = _state(optimizer, weight, at)
            found.append(Chosen(weight, at, settings, kept, value, grad))
    return found


def _state(optimizer: Optimizer, weight: Tensor, at: int) -> dict[str, float]:
    if weight not in optimizer.state:
        return {}
    kept = {}
    for key, value in optimizer.state[weight].items():
        if isinstance(value, Tensor) and value.numel() == weight.numel() and key != "step":
            kept[key] = value.detach().reshape(-1)[at].item()
        elif isinstance(value, Tensor | int | float) and key == "step":
            kept[key] = float(value)
    return kept


def told(each: Chosen, optimizer: Optimizer, name: str) -> Updated:
    """What became of it."""
    shape, at = list(each.weight.shape), each.at
    index: list[int] = []
    for size in reversed(shape):
        index.insert(0, at % size)
        at //= size
    # Only PyTorch's own: a class made from one may do anything.
    kind = type(optimizer).__name__ if type(optimizer).__module__.startswith("torch.") else ""
    grad = each.grad
    if grad is None:
        grad = each.weight.grad.detach().reshape(-1)[each.at].item()  # type: ignore[union-attr]
    hand = by_hand(kind, each.group, each.state, each.value, grad)
    new = each.weight.detach().reshape(-1)[each.at].item()
    updated = Updated(
        name, index, type(optimizer).__name__, number(each.value), number(grad), number(new)
    )
    if hand is not None and agree(hand[0], new, each.value):
        updated.by_hand, updated.formula = number(hand[0]), hand[1]
    return updated


def agree(hand: float, new: float, value: float) -> bool:
    """Whether the formula tells what was done: a hook may have changed the gradient before."""
    is_near = abs(hand - new) <= NEAR * (abs(value) + abs(new))
    return is_near or number(hand) == number(new)


@contextmanager
def following_steps(recorder: Recorder) -> Iterator[None]:
    """Every optimizer's step leaves its chosen weights with the recorder."""
    chosen: dict[int, list[Chosen]] = {}

    def before(optimizer: Optimizer, arguments: Any, settings: Any) -> None:
        # A closure computes the gradients only inside the step.
        closed = bool(arguments[1:] or settings.get("closure"))
        with suppress(Exception), unseen():
            if recorder.follows:
                chosen[id(optimizer)] = choose(optimizer, closed=closed)

    def after(optimizer: Optimizer, _arguments: Any, _settings: Any) -> None:
        with suppress(Exception), unseen():
            recorder.updated = [
                told(each, optimizer, recorder.name_of(each.weight) or "a weight")
                for each in chosen.pop(id(optimizer), [])
                if each.weight.grad is not None
            ]

    handles = register_optimizer_step_pre_hook(before), register_optimizer_step_post_hook(after)
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
