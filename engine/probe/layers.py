"""Layer by layer: how large gradients are, how far a step moves weights, which units are dead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from engine.probe import autograd_graph
from engine.probe.step_ledger import weights_of
from engine.views import AnyView, Table

PLOT, ACTIVATIONS = "layers", "activations"

MOST_NUMBERS = 1 << 16
"""Of a larger tensor so many numbers are looked at, evenly spread."""

MOST_LAYERS = 100

LOW, HIGH = 1e-4, 1e-2
"""Between these a step usually moves weights, as a part of them; about 1e-3 is common."""

PAUSE_SECONDS, PAUSE_DEVICE = 0.5, 5.0
"""Between two measurements; reading an accelerator waits for it."""

END = 0.02
"""A sigmoid or tanh so near to one of its ends is saturated, as a part of its range."""

SQUASHES = {"Relu": "ReLU", "Tanh": "tanh", "Sigmoid": "sigmoid"}


class Layers:
    """Measures a step from its beginning to its end."""

    def __init__(self) -> None:
        self._before: list[tuple[Tensor, Tensor | None]] = []
        """Weights, and a copy of (a part of) each from before the step."""
        self._next = 0.0
        self._activations: list[list[str | float | int | None]] = []

    def is_due(self, now: float) -> bool:
        """Whether to measure the step to come."""
        return now >= self._next

    def see(self, nodes: list[Any]) -> None:
        """The graph before it is walked back: what its activations have answered."""
        self._activations = []
        for node in reversed(nodes):
            kind = autograd_graph.name(node)
            answers = autograd_graph.kept(node, "_saved_result") if kind in SQUASHES else None
            if answers is not None and answers.is_cpu and answers.dim() >= 2 and answers.numel():
                name = f"{SQUASHES[kind]} {len(self._activations) + 1}"
                self._activations.append([name, _fate(kind, answers.detach())])
            if len(self._activations) >= MOST_LAYERS:
                return

    def begins(self, optimizer: Optimizer) -> None:
        """An optimizer is about to step."""
        weights = [weight for weight in weights_of(optimizer) if weight.grad is not None]
        shaped = [weight for weight in weights if weight.dim() > 1] or weights
        self._before = []
        for weight in shaped[:MOST_LAYERS]:
            part = _part(weight)
            self._before.append((weight, None if part is None else part.clone()))

    def after(self, name: Callable[[Tensor], str], now: float) -> list[AnyView]:
        """What the step has done."""
        before, self._before = self._before, []
        measured = [_measured(weight, part) for weight, part in before]
        if not measured:
            return []
        on_host = all(each.is_cpu for each in measured)
        self._next = now + (PAUSE_SECONDS if on_host else PAUSE_DEVICE)
        numbers = torch.stack([each.cpu() for each in measured]).tolist()
        rows: list[list[str | float | int | None]] = []
        for (weight, _), (slope, ratio) in zip(before, numbers, strict=True):
            known = ratio if ratio == ratio else None  # not NaN
            rows.append([name(weight), slope, known, _verdict(known)])
        heads = ["weights", "|grad|", "|Δw|/|w|", ""]
        found: list[AnyView] = [Table(heads, rows, name="layers", plot=PLOT)]
        if self._activations:
            heads = ["activation", "in the newest batch"]
            found.append(Table(heads, self._activations, name=ACTIVATIONS, plot=ACTIVATIONS))
        return found


def _part(weight: Tensor) -> Tensor | None:
    """The numbers of a tensor, or evenly spread ones of them; None where that would copy it."""
    if weight.layout is not torch.strided or not weight.is_contiguous():
        return None
    flat = weight.detach().view(-1)
    return flat[:: 1 + (flat.numel() - 1) // MOST_NUMBERS]


def _measured(weight: Tensor, before: Tensor | None) -> Tensor:
    """The gradient's norm, and how far the weights have moved as a part of them; shape (2,)."""
    grad = weight.grad
    nothing = slope = torch.full((), float("nan"), device=weight.device)
    if grad is not None and grad.layout is torch.strided:
        slope = torch.linalg.vector_norm(grad.detach()).float()
    now = _part(weight)
    if before is None or now is None or now.shape != before.shape:
        return torch.stack([slope, nothing])
    ratio = torch.linalg.vector_norm(now - before) / torch.linalg.vector_norm(before)
    return torch.stack([slope, ratio.float()])


def _verdict(ratio: float | None) -> str:
    if ratio is None:
        return "not measured"
    if ratio == 0:
        return "■ does not move"
    if ratio < LOW:
        return f"▼ small: below {LOW:g}"
    return f"▲ large: above {HIGH:g}" if ratio > HIGH else "usual"


def _fate(kind: str, answers: Tensor) -> str:
    """How many units of an activation are of no use, in words."""
    if kind == "Relu":
        if answers.numel() > MOST_NUMBERS:
            answers = answers[: max(1, MOST_NUMBERS * len(answers) // answers.numel())]
        # Channels of pictures come second, features of anything else last.
        units = answers.movedim(1 if answers.dim() > 3 else -1, 0)
        dead = (units.flatten(1) <= 0).all(dim=1)
        return f"{int(dead.sum())} of {dead.numel()} units are 0 throughout"
    flat = answers.reshape(-1)[:MOST_NUMBERS]
    low = flat if kind == "Sigmoid" else (flat + 1) / 2
    part = ((low < END) | (low > 1 - END)).float().mean().item()
    return f"{part:.0%} of the answers are saturated"
