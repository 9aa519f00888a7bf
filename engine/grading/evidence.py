"""Training traces: weights and gradients at every optimizer step, compared with the update rule."""

from __future__ import annotations

import copy
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

    inputs: list[Tensor]
    """What the model was given since the step before."""
    training: bool
    """Whether the model was in training mode then."""
    before: State
    gradients: State
    after: State = field(default_factory=dict)


@dataclass
class Trace:
    """Everything that happened to one model."""

    model: nn.Module
    steps: list[Step] = field(default_factory=list)
    calls: list[Tensor] = field(default_factory=list)
    """Inputs of every forward pass."""
    modes: list[bool] = field(default_factory=list)
    """Training mode or not, for every forward pass."""
    recorded: list[bool] = field(default_factory=list)
    """Whether autograd was recording, for every forward pass."""

    def stale_gradient(
        self, loss: Callable[[nn.Module, list[Tensor]], Tensor], most: int = 5
    ) -> tuple[int, str, float, float] | None:
        """The first step whose gradient is not that of its own batch, or None.

        ``loss`` computes the loss of a model on one step's inputs. The answer is step (counted
        from 1), parameter, the norm the gradient had, and the norm it should have had.
        """
        model = copy.deepcopy(self.model)
        for count, step in enumerate(self.steps[:most], 1):
            model.load_state_dict(step.before, strict=False)
            model.train(step.training)
            names, values = zip(*model.named_parameters(), strict=True)
            fresh = torch.autograd.grad(loss(model, step.inputs), values)
            for name, right in zip(names, fresh, strict=True):
                got = step.gradients.get(name, torch.zeros_like(right))
                room = 1e-4 * float(right.abs().max()) + 1e-6
                if not torch.allclose(got, right, rtol=1e-3, atol=room):
                    return count, name, float(got.norm()), float(right.norm())
        return None

    def broken_rule(
        self, rule: Callable[[list[nn.Parameter]], Optimizer]
    ) -> tuple[int, str, float, float] | None:
        """The first step that did not move a parameter as the optimizer ``rule`` would, or None.

        The answer is step, parameter, the size of its move, and the size it should have had.
        """
        if not self.steps:
            return None
        copies = {name: nn.Parameter(p.clone()) for name, p in self.steps[0].before.items()}
        optimizer = rule(list(copies.values()))
        for count, step in enumerate(self.steps, 1):
            for name, parameter in copies.items():
                parameter.data.copy_(step.before[name])
                parameter.grad = step.gradients.get(name)
            optimizer.step()
            for name, parameter in copies.items():
                moved = float((step.after[name] - step.before[name]).norm())
                right = float((parameter.detach() - step.before[name]).norm())
                if not torch.allclose(step.after[name], parameter.detach(), rtol=1e-4, atol=1e-6):
                    return count, name, moved, right
        return None


@contextmanager
def traced(model: nn.Module) -> Iterator[Trace]:
    """Record what happens to a model in this block."""
    trace = Trace(model)
    waiting: list[tuple[Tensor, bool]] = []

    def called(module: nn.Module, arguments: tuple[Any, ...]) -> None:
        if arguments and isinstance(arguments[0], Tensor):
            given = arguments[0].detach().clone()
            waiting.append((given, module.training))
            trace.calls.append(given)
        trace.modes.append(module.training)
        trace.recorded.append(torch.is_grad_enabled())

    def note(optimizer: Optimizer) -> None:
        if not _holds(optimizer, model):
            return
        training = waiting[-1][1] if waiting else model.training
        inputs = [given for given, _ in waiting]
        trace.steps.append(Step(inputs, training, kept(model), gradients(model)))
        waiting.clear()

    def after(optimizer: Optimizer, *_: Any) -> None:
        if _holds(optimizer, model):
            trace.steps[-1].after = kept(model)

    hooks = [
        model.register_forward_pre_hook(called),
        on_step(note),
        register_optimizer_step_post_hook(after),
    ]
    try:
        yield trace
    finally:
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
