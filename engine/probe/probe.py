"""The probe: hooks on backward and optimizer steps that watch an unchanged training loop.

Every loss passes through ``torch.autograd.backward``, every update through an optimizer's step
hook. In between nothing is touched. A look at the graph costs as much as a step of a small model,
so looks are rationed: but for the `FIRST` ones they may together take `SHARE` of the time.
"""

from __future__ import annotations

import builtins
import inspect
import math
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from time import perf_counter, thread_time
from types import FrameType
from typing import Any, Concatenate, ParamSpec, cast

import torch
from torch import Tensor
from torch.optim import Optimizer
from torch.optim.optimizer import register_optimizer_step_post_hook

from engine.probe import autograd_graph
from engine.probe.findings import MANY_BACKWARDS, Findings, called
from engine.probe.fit import Fit
from engine.process.failure import LIBRARY, OURS
from engine.process.protocol import Finding
from engine.views import AnyView, Grid, Scalars, View

SHARE = 0.005
"""Part of the time that looks may take."""

FIRST = 64
"""Steps at the start that are all looked at, so that small data sets are seen whole."""

HOLD_SECONDS = 0.025
"""Losses are shown together, at most this much later: one by one they would cost more."""

FEW = 16
"""Gradients whose norms are taken one by one."""

EVERY = 200
"""Steps between two looks at most, however fast they are."""

DRAW_SECONDS = 0.1
"""A fit is drawn at most this often: nobody sees more, and the model may have to be asked."""

P = ParamSpec("P")

Shower = Callable[[AnyView | Scalars], float]
"""Takes a view, and tells what time it is (`time.perf_counter`)."""


def nothing(_now: float) -> None:
    """Called after each step where nobody wants to be."""


def carefully(look: Callable[Concatenate[Probe, P], None]) -> Callable[Concatenate[Probe, P], None]:
    """A look that fails is the last one: what is trained never hears of it."""

    @wraps(look)
    def looked(probe: Probe, /, *arguments: P.args, **settings: P.kwargs) -> None:
        if not probe.is_blind:
            try:
                look(probe, *arguments, **settings)
            except Exception:
                probe.is_blind, probe._frame = True, None

    return looked


class Probe:
    """Sees losses and steps; shows scalars, a fit, and what is wrong."""

    def __init__(
        self,
        show: Shower,
        *,
        report: Callable[[Finding], None] | None = None,
        after_step: Callable[[float], None] = nothing,
    ) -> None:
        self.step = 0
        self.after_step = after_step
        """Called after each step with the time (`time.perf_counter`)."""
        self._show = show
        self._findings = Findings(report or (lambda _: None))
        self._fit = Fit()
        self._optimizers: list[weakref.ref[Optimizer]] = []
        self._steps_of: dict[int, str] = {}
        """Optimizers that have made a step, by identity, and what their loss is called."""
        self._losses: list[Any] = []
        """Since the last step; numbers, or tensors where reading them would wait for a device."""
        self._held: list[tuple[int, str, Any]] = []
        """Steps, what their loss is called, and the loss: not shown yet."""
        self._weights: list[Tensor] = []
        self._backwards = 0
        self._now = self._began = self._next_draw = self._next_show = 0.0
        self._spent = self._allowed = 0.0
        """Seconds of the processor: what looks have taken, and what they may."""
        self._looking = False
        self._frame: FrameType | None = None
        """The learner's; only while a look is under way."""
        self._judged = 0
        self.is_blind = False
        """A look has failed: from then on only losses are told."""
        self._undo: list[Callable[[], None]] = []

    # Putting it on and taking it off

    def __enter__(self) -> Probe:
        """Begin to watch."""
        self._replace(torch.autograd, "backward", self._backward)
        self._replace(Optimizer, "__init__", self._constructed)
        self._replace(torch.nn.functional, "dropout", self._squashed("Dropout", 2, _drops))
        self._replace(torch.nn.functional, "batch_norm", self._squashed("BatchNorm", 5))
        self._replace(builtins, "watch", lambda _: self.watch)
        hook = register_optimizer_step_post_hook(self._stepped)
        self._undo.append(hook.remove)
        return self

    def __exit__(self, *_: object) -> None:
        """Leave everything as it was; the last fit is that of the finished model."""
        self.flush()
        for view in self._fit.last():
            self._show(view)
        for undo in reversed(self._undo):
            undo()
        self._undo.clear()

    def _replace(self, place: Any, name: str, wrap: Callable[[Any], Any]) -> None:
        before = getattr(place, name, None)
        setattr(place, name, wrap(before))
        if before is None:
            self._undo.append(lambda: delattr(place, name))
        else:
            self._undo.append(lambda: setattr(place, name, before))

    # What happens in the loop: between any two steps, so every microsecond counts

    def _backward(self, original: Callable[..., None]) -> Callable[..., None]:
        losses = self._losses

        def backward(tensors: Any, *arguments: Any, **settings: Any) -> None:
            plain = type(tensors) is Tensor or isinstance(tensors, Tensor)
            loss = tensors if plain else tensors[0]
            if loss.numel() != 1:
                original(tensors, *arguments, **settings)
                return
            self._backwards += 1
            losses.append(loss.item() if loss.is_cpu else loss.detach())
            step = self.step
            if step < FIRST or step % EVERY == 0 or self._spent <= self._allowed:
                self._looking = True
                self._look(loss)
            original(tensors, *arguments, **settings)
            if not self._steps_of and (not self._optimizers or self._is_stuck()):
                self._moved(None)

        return backward

    def _is_stuck(self) -> bool:
        """Whether there is an optimizer that is never asked to step."""
        if self._backwards < MANY_BACKWARDS:
            return False
        self._findings.never_stepped(self._backwards)
        return True

    def _constructed(self, original: Callable[..., None]) -> Callable[..., None]:
        def constructed(optimizer: Optimizer, *arguments: Any, **settings: Any) -> None:
            original(optimizer, *arguments, **settings)
            self._optimizers.append(weakref.ref(optimizer))

        return constructed

    def _stepped(self, optimizer: Optimizer, *_: Any) -> None:
        if id(optimizer) not in self._steps_of:
            number = len(self._steps_of) + 1
            self._steps_of[id(optimizer)] = "loss" if number == 1 else f"loss {number}"
        if self._losses:
            self._moved(optimizer)

    def _moved(self, optimizer: Optimizer | None) -> None:
        """A step is complete: its loss is the mean of what went backward since the last one."""
        losses = self._losses
        loss = losses[0] if len(losses) == 1 else sum(losses) / len(losses)
        losses.clear()
        self.step += 1
        self._held.append((self.step, self._steps_of.get(id(optimizer), "loss"), loss))
        self._now = now = perf_counter()
        if now >= self._next_show:
            if not self._began:
                self._began, self._next_draw = thread_time(), now + DRAW_SECONDS
            self.flush()
            # Not the time on the wall: on a busy machine that passes faster than the loop.
            self._allowed = (thread_time() - self._began) * SHARE
        if self._looking:
            self._looking = False
            self._measure(optimizer, float(loss))
        self.after_step(now)

    def flush(self) -> None:
        """Show every loss that was held back."""
        held, self._held = self._held, []
        for step, name, loss in held:
            self._show(Scalars(step, **{name: loss}))
        self._next_show = self._now + HOLD_SECONDS

    # Looks

    @carefully
    def _look(self, loss: Tensor) -> None:
        """Before ``backward``: the graph is whole, and old gradients are still to be seen."""
        if len(self._losses) > 1:
            # Only the first backward pass after a step tells whether gradients were cleared.
            return
        began = thread_time()
        self._frame = _learners_frame()
        nodes = autograd_graph.nodes(loss)
        optimizers = [each for ref in self._optimizers if (each := ref()) is not None]
        self._findings.before_backward(loss, nodes, optimizers, self.step, self._name)
        if not optimizers:
            self._weights = autograd_graph.leaves(nodes)
            self._findings.moved_by_hand(self._weights, self.step, self._name)
        is_due = self._now >= self._next_draw
        for view in self._fit.take(loss, nodes, self._variables, draw=is_due):
            self._show(view)
        cost = thread_time() - began
        self._spent += cost if self.step >= FIRST else 0.0
        if is_due and self._began:
            self._next_draw = self._now + max(DRAW_SECONDS, cost / SHARE)

    @carefully
    def _measure(self, optimizer: Optimizer | None, loss: float) -> None:
        """After a step: the gradient's norm and the learning rate."""
        began = thread_time()
        rate: float | None = None
        weights = self._weights
        if optimizer is not None:
            rate = float(optimizer.param_groups[0].get("lr", 0.0))
            self._show(Scalars(self.step, lr=rate))
            weights = [p for group in optimizer.param_groups for p in group["params"]]
            self._findings.stepped(optimizer, self.step, self._name)
        slopes = [p.grad for p in weights if p.grad is not None]
        if slopes and (self.step > FIRST or self.step < 8 or self.step % 4 == 0):
            self._show(Scalars(self.step, grad_norm=_norm(slopes)))
        self._findings.loss(loss, self.step, rate)
        self._frame = None
        self._spent += thread_time() - began if self.step > FIRST else 0.0

    def _name(self, weight: Tensor) -> str:
        """What the learner calls a tensor. Asked for seldom: to find out takes a while."""
        return called(self._variables())(weight)

    def _variables(self) -> dict[str, Any]:
        """The variables of the learner's frame."""
        frame = self._frame
        return {**frame.f_globals, **frame.f_locals} if frame is not None else {}

    def _squashed(
        self, kind: str, place: int, acts: Callable[..., bool] = lambda *_, **__: True
    ) -> Callable[[Any], Any]:
        """Wrap a function whose behaviour depends on the mode: is it used while judging?

        ``place`` is that of the argument ``training``; ``acts`` tells of a call whether the mode
        makes a difference.
        """

        def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
            def seen(*arguments: Any, **settings: Any) -> Any:
                training = arguments[place] if len(arguments) > place else settings.get("training")
                if training and not torch.is_grad_enabled() and acts(*arguments, **settings):
                    self._judged += 1
                    if self._judged >= 2:
                        self._findings.judged_in_training(kind, self._judged, self.step)
                return original(*arguments, **settings)

            return seen

        return wrap

    def watch(self, *values: Any, **named: Any) -> None:
        """Shown by name: single numbers become curves, tensors with more of them pictures.

        The views of `engine.views` are shown as they are; of scalars, what is not seen anyway.
        """
        for i, value in enumerate(values, 1):
            if isinstance(value, Scalars):
                self._show(Scalars(value.step, **self._unseen(value.values)))
            elif isinstance(value, View):
                self._show(cast(AnyView, value))
            else:
                named[f"watched {i}"] = value
        for name, value in named.items():
            single = isinstance(value, int | float) or getattr(value, "numel", lambda: 0)() == 1
            if single:
                self._show(Scalars(self.step, **{name: value}))
            else:
                self._show(Grid(value, name=name, plot=name))

    def _unseen(self, values: dict[str, Any]) -> dict[str, Any]:
        own = {"lr", "grad_norm", *self._steps_of.values()} if self.step else set()
        return {name: value for name, value in values.items() if name not in own}


def _norm(slopes: list[Tensor]) -> float | Tensor:
    """The norm of all gradients together.

    For the few small ones of a small model torch's own way takes several times as long.
    """
    if len(slopes) <= FEW and all(slope.is_cpu for slope in slopes):
        return math.hypot(*(torch.linalg.vector_norm(slope).item() for slope in slopes))
    return torch.nn.utils.get_total_norm(slopes)


def _drops(_: Any, p: float = 0.5, *__: Any, **___: Any) -> bool:
    """Whether dropout with these arguments drops anything."""
    return p != 0


def _learners_frame() -> FrameType:
    """The innermost frame of the learner's own."""
    frame = inspect.currentframe()
    assert frame is not None
    while frame.f_back is not None:
        file = frame.f_code.co_filename
        if not file.startswith(OURS) and not any(part in file for part in LIBRARY):
            break
        frame = frame.f_back
    return frame


@contextmanager
def watching(show: Shower) -> Iterator[Probe]:
    """Watch what is trained in this block, and show it."""
    with Probe(show) as probe:
        yield probe
