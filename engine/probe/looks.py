"""Looks at a training loop: its graph before a backward pass, its gradients after a step.

A look costs as much as a step of a small model, so looks are rationed: but for the `FIRST` ones
they may together take `SHARE` of the time.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from time import thread_time
from types import FrameType
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from engine.probe import autograd_graph
from engine.probe.backward_tap import Asked
from engine.probe.call_site import CallSite, own_frame, variables
from engine.probe.findings import Findings, called
from engine.probe.fit import Fit
from engine.probe.judging import judged_in_training
from engine.probe.layers import Layers
from engine.probe.rates import of_loss
from engine.probe.step_ledger import weights_of
from engine.views import AnyView, Scalars

SHARE = 0.003
"""Part of the time that looks may take."""

FIRST = 64
"""Steps at the start that are all looked at, so that small data sets are seen whole."""

FEW = 16
"""Gradients whose norms are taken one by one."""

EVERY, EVER_LONGER = 200, 4
"""Steps between two looks at most, however fast they are; later this part of all."""

JUDGED_EVERY = 4
"""Looks between two at the script's text and its models' modes."""

DRAW_SECONDS = 0.1
"""A fit is drawn at most this often: nobody sees more, and the model may have to be asked."""


class Looks:
    """What is seen of a loop beyond its losses, and what is wrong in it."""

    def __init__(
        self,
        show: Callable[[AnyView | Scalars], float],
        findings: Findings,
        layers: Layers | None = None,
    ) -> None:
        self.step = 0
        """Steps that are complete."""
        self.is_under_way = False
        """The graph of the step to come was looked at: its gradients are to be measured."""
        self.fit = Fit()
        self.optimizers: dict[str, str] = {}
        """What the script calls optimizers, by the names of their losses."""
        self._layers = layers
        self._show = show
        self._findings = findings
        self._weights: list[Tensor] = []
        self._frame: FrameType | None = None
        """The script's, while a look is under way: kept longer, it would keep what is in it."""
        self._number = 0
        self._now = self._began = self._next_draw = 0.0
        self.at_latest = EVERY
        """The step at which there is a look whatever it costs."""
        self._spent = self._allowed = 0.0
        """Seconds of the processor: what looks have taken, and what they may."""

    def are_due(self) -> bool:
        """Whether the next pass is to be looked at."""
        step = self.step
        return step < FIRST or step >= self.at_latest or self._spent <= self._allowed

    def tick(self, now: float, spent: float) -> None:
        """Time has passed, and with it more may be spent.

        ``spent`` is the processor's: on a busy machine the time on the wall passes faster.
        """
        self._now = now
        if not self._began:
            self._began, self._next_draw = spent, now + DRAW_SECONDS
        self._allowed = (spent - self._began) * SHARE

    def before(
        self, asked: Asked, site: CallSite, optimizers: list[Optimizer], *, is_first: bool
    ) -> None:
        """Before ``backward``; ``is_first`` says that it is the first pass of its step."""
        loss = asked.outputs[0]
        if _would_be_seen(loss):
            return
        began = thread_time()
        self.at_latest = self.step + max(EVERY, self.step // EVER_LONGER)
        self._frame = _learners_frame()
        try:
            with torch.no_grad():
                self._look(asked, site, optimizers, is_first=is_first)
        finally:
            self._frame = None
        cost = thread_time() - began
        self._spent += cost if self.step >= FIRST else 0.0
        if self._began and self._now >= self._next_draw:
            self._next_draw = self._now + max(DRAW_SECONDS, cost / SHARE)

    def _look(
        self, asked: Asked, site: CallSite, optimizers: list[Optimizer], *, is_first: bool
    ) -> None:
        loss = asked.outputs[0]
        nodes = autograd_graph.nodes(loss)
        weights = list(asked.inputs) or autograd_graph.leaves(nodes)
        if not site.is_looked_at:
            site.name = self._called(loss)
        site.looked(weights)
        site.note()
        # Only the first pass after a step tells whether gradients were cleared.
        if not is_first or not asked.accumulates:
            return
        self.is_under_way = True
        self._number += 1
        self._findings.before_backward(loss, nodes, optimizers, self.step, self._variables)
        if not optimizers:
            self._weights = weights
            self._findings.moved_by_hand(self._weights, self.step, self._variables)
        if self._number % JUDGED_EVERY == 0 and self._frame is not None:
            judged = judged_in_training(self._frame, self._variables())
            self._findings.judged_in_training(judged, self.step)
        if self._layers is not None and self._layers.is_due(self._now):
            self._layers.see(nodes)
        if loss.is_cpu:
            is_due = self._now >= self._next_draw
            for view in self.fit.take(loss, nodes, self._variables, draw=is_due):
                self._show(view)

    def begins(self, optimizer: Optimizer) -> None:
        """An optimizer is about to make the step whose pass was looked at."""
        if self._layers is None or not self._layers.is_due(self._now):
            return
        began = thread_time()
        with torch._C.DisableTorchFunction(), torch.no_grad():
            self._layers.begins(optimizer)
        self._spent += thread_time() - began if self.step > FIRST else 0.0

    def after(self, optimizer: Optimizer | None, loss: Any, name: str) -> None:
        """After a step: the gradient's norm; ``name`` is that of its loss."""
        self.is_under_way = False
        began = thread_time()
        self._frame = _learners_frame()
        try:
            with torch._C.DisableTorchFunction(), torch.no_grad():
                self._measure(optimizer, loss, name)
        finally:
            self._frame = None
        self._spent += thread_time() - began if self.step > FIRST else 0.0

    def _measure(self, optimizer: Optimizer | None, loss: Any, loss_name: str) -> None:
        rate: float | None = None
        weights = self._weights
        if optimizer is not None:
            given = optimizer.param_groups[0].get("lr", 0.0)
            rate = float(given)
            if isinstance(given, Tensor) and not given.is_cpu:
                # Only now: to read it waits for the device.
                self._show(Scalars(self.step, **{of_loss(loss_name, "lr"): rate}))
            weights = weights_of(optimizer)
            if loss_name not in self.optimizers:
                named = self._variables().items()
                self.optimizers[loss_name] = next((n for n, v in named if v is optimizer), "")
            self._findings.stepped(optimizer, self.step, self._variables)
            if self._layers is not None:
                name = called(self._variables())
                for view in self._layers.after(name, self._now):
                    self._show(view)
        # Of sparse ones PyTorch has no norm together with others.
        slopes = [p.grad for p in weights if p.grad is not None and p.grad.layout is torch.strided]
        if slopes and (self.step > FIRST or self.step < 8 or self.step % 4 == 0):
            norm = {of_loss(loss_name, "grad_norm"): _norm(slopes)}
            self._show(Scalars(self.step, **norm))
        self._findings.loss(float(loss), self.step, rate, optimizer, weights)

    def _called(self, loss: Tensor) -> str:
        """What the script calls the loss; of one that is scaled or divided, the loss itself."""
        names = self._variables()
        inner = autograd_graph.below(loss.grad_fn) if loss.grad_fn is not None else None
        for name, value in names.items():
            if value is loss:
                return name
        for name, value in names.items():
            if inner is not None and type(value) is Tensor and value.grad_fn is inner:
                return name
        return ""

    def _variables(self) -> dict[str, Any]:
        """The variables of the script's frame."""
        return variables(self._frame) if self._frame is not None else {}


def _would_be_seen(loss: Any) -> bool:
    """Whether a look would be in a profile, or in a graph that is being captured."""
    return bool(
        torch._C._autograd._profiler_enabled()
        or (loss.is_cuda and torch.cuda.is_current_stream_capturing())
    )


def _learners_frame() -> FrameType:
    """The innermost frame of the script's own."""
    return own_frame(sys._getframe(1))


def _norm(slopes: list[Tensor]) -> float | Tensor:
    """The norm of all gradients together.

    For the few small ones of a small model torch's own way takes several times as long.
    """
    if len(slopes) <= FEW and all(slope.is_cpu for slope in slopes):
        return math.hypot(*(torch.linalg.vector_norm(slope).item() for slope in slopes))
    return torch.nn.utils.get_total_norm(slopes)
