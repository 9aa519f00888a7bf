"""Training traces: what a model was given, in which mode, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.optimizer import (
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)
from torch.utils.hooks import RemovableHandle

State = dict[str, Tensor]
"""Parameters or gradients by name."""


def kept(model: nn.Module) -> State:
    """A copy of the parameters as they are now."""
    return {name: value.detach().clone() for name, value in model.named_parameters()}


def gradients(model: nn.Module) -> State:
    """A copy of the gradients as they are now; parameters without one are left out."""
    pairs = model.named_parameters()
    return {name: value.grad.detach().clone() for name, value in pairs if value.grad is not None}


@dataclass
class Step:
    """One step of an optimizer."""

    before: State
    gradients: State
    after: State = field(default_factory=dict)


@dataclass
class Trace:
    """Everything that happened to one model."""

    model: nn.Module
    steps: list[Step] = field(default_factory=list)
    walks: int = 0
    """How often the loader was gone into, where the check has counted it."""
    foreign: int = 0
    """Steps of optimizers that hold none of the model's parameters."""
    calls: list[Tensor] = field(default_factory=list)
    """Inputs of every forward pass."""
    modes: list[bool] = field(default_factory=list)
    """Whether the whole model was in training mode, for every forward pass."""
    evaluating: list[bool] = field(default_factory=list)
    """Whether the whole model was in evaluation mode, for every forward pass."""
    recorded: list[bool] = field(default_factory=list)
    """Whether the output has a way back, for every forward pass."""

    def note(self, model: nn.Module, given: Any, output: Any) -> None:
        """One forward pass."""
        modes = [module.training for module in model.modules()]
        self.calls.append(given.detach().clone() if isinstance(given, Tensor) else torch.empty(0))
        self.modes.append(all(modes))
        self.evaluating.append(not any(modes))
        self.recorded.append(isinstance(output, Tensor) and output.requires_grad)


@contextmanager
def traced(model: nn.Module) -> Iterator[Trace]:
    """Record what happens to a model in this block; its copies are recorded with it.

    A call of ``model.forward`` is noted as one of ``model`` is, which a hook would not.
    """
    trace, kind = Trace(model), type(model)

    def forward(self: nn.Module, *arguments: Any, **settings: Any) -> Any:
        output = kind.forward(self, *arguments, **settings)
        trace.note(self, next(iter([*arguments, *settings.values()]), None), output)
        return output

    def note(optimizer: Optimizer) -> None:
        if _holds(optimizer, model):
            trace.steps.append(Step(kept(model), gradients(model)))
        else:
            trace.foreign += 1

    def after(optimizer: Optimizer, *_: Any) -> None:
        if _holds(optimizer, model):
            trace.steps[-1].after = kept(model)

    model.__class__ = type(kind.__name__, (kind,), {"forward": forward})
    hooks = [on_step(note), register_optimizer_step_post_hook(after)]
    try:
        yield trace
    finally:
        model.__class__ = kind
        for hook in hooks:
            hook.remove()


def on_step(note: Callable[[Optimizer], None]) -> RemovableHandle:
    """Call ``note`` before each step of any optimizer, when the gradients of the step are there."""

    def before(
        optimizer: Optimizer, arguments: tuple[Any, ...], settings: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
        closure = settings.get("closure") or next(iter(arguments[1:]), None)
        if closure is None:
            note(optimizer)
            return None
        waiting = [note]

        def noted() -> Any:
            answer = closure()
            while waiting:
                waiting.pop()(optimizer)
            return answer

        # Such a step computes the loss itself, once or many times.
        return arguments[:1], {**settings, "closure": noted}

    return register_optimizer_step_pre_hook(before)


def _holds(optimizer: Optimizer, model: nn.Module) -> bool:
    own = {id(parameter) for parameter in model.parameters()}
    return any(id(p) in own for group in optimizer.param_groups for p in group["params"])
