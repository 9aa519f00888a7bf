"""The probe: sees backward passes and optimizer steps of an unchanged training loop.

Every loss passes through autograd's engine (`engine.probe.backward_tap`), most updates call an
optimizer's step hook; no function is replaced, and a fault in here is no fault of the loop.
"""

from __future__ import annotations

import builtins
import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import get_ident
from time import perf_counter, thread_time
from types import FrameType
from typing import Any, Concatenate, ParamSpec, cast

import torch
from torch import Tensor
from torch._C._dynamo.eval_frame import set_eval_frame
from torch.optim import Optimizer
from torch.optim.optimizer import (
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)

from engine.probe import autograd_graph
from engine.probe.backward_tap import Asked, BackwardTap, left_alone
from engine.probe.call_site import CallSite, depth_of, own_frame
from engine.probe.findings import Findings
from engine.probe.layers import Layers
from engine.probe.looks import Looks
from engine.probe.meanings import Meanings
from engine.probe.meant_loss import MeantLoss, Pass
from engine.probe.phases import Phases, hear_fetching
from engine.probe.steady import Steady
from engine.probe.step_hooks import uncompiled
from engine.probe.step_ledger import Step, StepLedger
from engine.process.protocol import Finding
from engine.views import AnyView, Grid, Scalars, View

HOLD_SECONDS = 0.025
"""Losses are shown together, at most this much later: one by one they would cost more."""


LONGEST = 120
"""Characters of an error that are told."""

MOST_MISSED = 50
"""Passes after one that was let by that are taken for parts of the same step."""

P = ParamSpec("P")

Shower = Callable[[AnyView | Scalars], float]
"""Takes a view, and tells what time it is (`time.perf_counter`)."""


def nobody(_about: str, _sentence: str) -> None:
    """Takes what is noted where nobody reads."""


def carefully(look: Callable[Concatenate[Probe, P], None]) -> Callable[Concatenate[Probe, P], None]:
    """A look that fails is the last one: what is trained never hears of it."""

    @wraps(look)
    def looked(probe: Probe, /, *arguments: P.args, **settings: P.kwargs) -> None:
        if not probe.is_blind:
            try:
                look(probe, *arguments, **settings)
            except Exception as error:
                probe.is_blind = True
                probe._note(
                    "", f"Tocha shows losses only, after a fault of its own: {_words(error)}."
                )

    return looked


class Probe:
    """Sees losses and steps; shows scalars, a fit, and what is wrong."""

    def __init__(
        self,
        show: Shower,
        *,
        report: Callable[[Finding], None] | None = None,
        record: Callable[[int, str, float], None] | None = None,
        note: Callable[[str, str], None] = nobody,
        tick: Callable[[int, float], None] | None = None,
        may_rest: bool = False,
        is_closer: bool = False,
    ) -> None:
        """``tick`` is called about every `HOLD_SECONDS` with the step and the time.

        With ``may_rest`` only some steps of a very fast loop are listened to; with ``is_closer``
        each layer is looked at, and where the time of a step goes.
        """
        self.step = 0
        self.after_step: Callable[[float], None] | None = None
        """Called after each step with the time (`time.perf_counter`)."""
        self._tick_too = tick
        self._may_rest = may_rest
        self._show = show
        self._record = record
        """Takes each loss that is on the host at once; without it they are shown together."""
        self._note = note
        """Takes a sentence about a series, or about the probe itself ("")."""
        self._findings = Findings(report or (lambda _: None))
        self._looks = Looks(show, self._findings, Layers() if is_closer else None)
        self._phases = Phases() if is_closer else None
        self._on_device = False
        """Whether losses are on an accelerator."""
        self._ledger = StepLedger(self._complete, self._is_stuck)
        self._meant = MeantLoss()
        self._sites: dict[tuple[Any, int], CallSite] = {}
        self._held: list[tuple[int, str, Any]] = []
        """Steps, what their loss is called, and the loss: not shown yet."""
        self._now = self._next_show = 0.0
        self._ask_at = 0
        self._thread = 0
        """The thread that trains; 0 before the first pass."""
        self.is_blind = False
        """A look has failed: from then on only losses are told."""
        self.is_off = False
        """Not even losses can be told."""
        self._steady = Steady()
        self._meanings = Meanings(note, self._steady.said_of)
        self._missed = 0
        """Passes of a step of which one was let by: its loss is not known. 0 for none."""
        self._tap = BackwardTap(self._before, self._switch_off, self._steady)
        self._undo: list[Callable[[], None]] = []

    # Putting it on and taking it off

    def __enter__(self) -> Probe:
        """Begin to watch."""
        had = getattr(builtins, "watch", None)
        builtins.watch = self.watch  # type: ignore[attr-defined]
        self._undo.append(lambda: _put_back(had))
        for hook in (
            register_optimizer_step_pre_hook(uncompiled(self._begins, self._steady, begins=True)),
            register_optimizer_step_post_hook(
                uncompiled(self._stepped, self._steady, begins=False)
            ),
        ):
            self._undo.append(hook.remove)
        autograd_graph.SAVED_HOOKS.put_on()
        self._undo.append(autograd_graph.SAVED_HOOKS.take_off)
        if self._phases is not None:
            self._undo.append(hear_fetching(self._phases))
        os.register_at_fork(after_in_child=self._begin_anew)
        self._tap.put_on()
        self._undo.append(self._tap.take_off)
        return self

    def __exit__(self, *_: object) -> None:
        """Leave everything as it was; the last fit is that of the finished model."""
        for undo in reversed(self._undo):
            undo()
        self._undo.clear()
        if not self.is_off:
            self._ledger.finish()
        self.flush()
        for view in self._looks.fit.last():
            self._show(view)

    def _begin_anew(self) -> None:
        """In a forked child: what it trains is its own, from the first step on."""
        self.step = self._looks.step = 0
        self._ledger = StepLedger(self._complete, self._is_stuck)
        self._thread = 0
        self._steady.forget()
        self._missed = 0
        self._meanings.forget()
        self._sites.clear()
        self._held.clear()

    # What happens in the loop: between any two steps, so every microsecond counts

    def _before(self, asked: Asked) -> Callable[[], None] | None:
        """A backward pass is about to run."""
        if self.is_off or not self._is_ours(asked):
            return None
        phases = self._timing()
        if phases is not None:
            phases.reach("forward")
        if self._steady.is_on:
            self._goes_otherwise()
        if self._missed:
            self._missed = (self._missed + 1) % MOST_MISSED
            return None
        with torch._C.DisableTorchFunction():
            site = self._site(asked.frame)
            one = self._meant.read(asked, site)
            if one is None:
                return None
            one.is_backward = asked.accumulates
            self._ledger.add(one)
            if not asked.accumulates:
                # Only now: what was given the last time tells whether a step was made.
                site.looked(list(asked.inputs))
                site.note()
            if not site.is_looked_at or self._looks.are_due():
                self._look(asked, site)
            self._on_device = type(one.value) is not float
        if phases is not None:
            phases.skip()
            return self._over
        return None if self._ledger.hears_steps else self._over

    def _is_ours(self, asked: Asked) -> bool:
        """Whether this pass may be for a step, and is in the thread that is watched."""
        if get_ident() != self._thread:
            if self._thread:
                return False
            self._thread = get_ident()
        if asked.accumulates:
            return True
        loss = asked.outputs[0]
        if torch._C._functorch.is_gradtrackingtensor(loss):
            return True
        # What is differentiated once more, or with respect to data, moves no weight.
        return not asked.creates_graph and all(
            type(each) in (Tensor, torch.nn.Parameter) and each.is_leaf for each in asked.inputs
        )

    def _site(self, asked: FrameType) -> CallSite:
        frame = own_frame(asked)
        key = (frame.f_code, frame.f_lasti)
        site = self._sites.get(key)
        if site is None:
            site = self._sites[key] = CallSite(key)
            site.line, site.depth = frame.f_lineno, depth_of(asked)
        return site

    def _over(self) -> None:
        """A pass has run, and so far no optimizer has spoken."""
        try:
            if (phases := self._timing()) is not None:
                phases.reach("backward")
            if not self._ledger.hears_steps:
                self._ledger.over()
        except Exception as error:
            self._switch_off(error)

    @left_alone
    def _begins(self, optimizer: Optimizer) -> None:
        compiler = set_eval_frame(None)
        try:
            if not self.is_off and torch._C._current_graph_task_id() == -1:
                phases = self._timing()
                if phases is not None:
                    phases.reach("between")
                if self._steady.is_on:
                    self._goes_otherwise()
                self._ledger.begins(optimizer)
                if self._looks.is_under_way:
                    self._look_before(optimizer)
                if phases is not None:
                    phases.skip()
        except Exception as error:
            self._switch_off(error)
        finally:
            set_eval_frame(compiler)

    @left_alone
    def _stepped(self, optimizer: Optimizer) -> None:
        compiler = set_eval_frame(None)
        try:
            if self._steady.has_begun and self._steady.optimizer == id(optimizer):
                self._goes_on()
            # An optimizer that steps in the middle of a pass has a single weight: no loss is its.
            elif not self.is_off and torch._C._current_graph_task_id() == -1:
                if (phases := self._timing()) is not None:
                    phases.reach("step")
                if self._missed:
                    self._pass_over()
                else:
                    self._ledger.stepped(optimizer)
        except Exception as error:
            self._switch_off(error)
        finally:
            set_eval_frame(compiler)

    # A loop that goes on as it went

    def _goes_on(self) -> None:
        """A step is complete that was like the one before."""
        steady = self._steady
        value, steady.value, steady.has_begun = steady.value, None, False
        if value is not None:
            self.step = step = self.step + 1
            self._say(step, steady.name, value)
        elif steady.has_rested:
            self.step = step = self.step + 1
            steady.has_rested = False
        else:
            return
        if steady.every > 1:
            steady.rests = (step + 1) % steady.every >= 2
            if value is None:
                return
        self._after(step)

    def _goes_otherwise(self) -> None:
        """Something is not as before: what is known of the step under way goes to the ledger."""
        steady = self._steady
        if steady.has_rested:
            self._missed = 1
        elif steady.value is not None and steady.site is not None:
            self._ledger.add(Pass(steady.site, steady.value))
        if steady.has_begun and (optimizer := steady.whose()) is not None:
            self._ledger.begins(optimizer)
        steady.forget()
        self._meanings.tell(steady.name)

    def _pass_over(self) -> None:
        """A step is complete whose loss is not known."""
        self._missed = 0
        self._ledger.forget()
        self.step = self._looks.step = self.step + 1

    def _may_go_on(self, made: Step) -> bool:
        """Whether steps like this one can be read the short way."""
        only = made.only
        return (
            only is not None
            and only.dtype is not None
            and not only.is_within
            and only.is_backward
            and made.is_over
            and self._ledger.has_one_optimizer
        )

    # Steps

    def _complete(self, made: Step) -> None:
        """A step is complete."""
        self.step = self._looks.step = step = self.step + 1
        name = self._meanings.name_of(made.optimizer)
        if (phases := self._timing()) is not None:
            self._timed(phases)
        self._say(step, name, made.loss)
        may_go_on = self._may_go_on(made)
        if self._steady.every > 1 and not may_go_on:
            self._steady.forget()
        if made.parts or made.meaning or made.name:
            for part, value in made.parts.items():
                self._say(step, f"{name} {part}", value)
            self._meanings.mean(name, made.meaning or (made.name if name != "loss" else ""))
        is_measured = self._looks.is_under_way and made.is_over
        if is_measured:
            self._measure(made.optimizer, made.loss)
        if may_go_on and not self._looks.are_due() and made.only and made.optimizer:
            self._steady.enter(made.only, made.optimizer, name)
        self._after(step)

    def _after(self, step: int) -> None:
        """Between two steps."""
        self._now = now = perf_counter()
        if now >= self._next_show or step >= self._looks.at_latest:
            self._tick(step, now)
        if self.after_step is not None:
            self.after_step(now)

    def _tick(self, step: int, now: float) -> None:
        """Once in a while: what is held is shown, and whether to look is decided."""
        self.flush()
        spent = thread_time()
        self._looks.step = step
        self._looks.tick(now, spent)
        steady = self._steady
        if steady.is_on:
            if self._may_rest and steady.tick(step, spent, now):
                self._meanings.tell(steady.name)
            if self._looks.are_due():
                steady.leave()
        if self._tick_too is not None:
            self._tick_too(step, now)
        phases = self._phases
        if phases is not None and phases.is_due(now) and self._ledger.has_one_optimizer:
            steady.leave()
            phases.begin()

    def _timing(self) -> Phases | None:
        """Who times the step under way, if it is timed."""
        return self._phases if self._phases is not None and self._phases.is_on else None

    def _timed(self, phases: Phases) -> None:
        """A step was timed from end to end."""
        phases.end()
        for view in phases.views(waits=self._on_device):
            self._show(view)

    def _say(self, step: int, name: str, loss: Any) -> None:
        if self._record is not None and type(loss) is float:
            self._record(step, name, loss)
        else:
            self._held.append((step, name, loss))

    def _is_stuck(self, passes: int) -> None:
        """Passes have gone by without a step: if there is an optimizer, it is never asked."""
        if passes < self._ask_at:
            return
        # All objects are looked through, so ever more seldom.
        self._ask_at = 2 * passes
        if any(issubclass(type(one), Optimizer) for one in gc.get_objects()):
            self._findings.never_stepped(passes)

    def flush(self) -> None:
        """Show every loss that was held back."""
        held, self._held = self._held, []
        for step, name, loss in held:
            self._show(Scalars(step, **{name: loss}))
        self._next_show = self._now + HOLD_SECONDS

    def _switch_off(self, error: Exception) -> None:
        """A fault of our own: the script goes on without us."""
        self.is_off = self.is_blind = True
        self._steady.forget()
        self._note("", f"Tocha stopped watching after a fault of its own: {_words(error)}.")

    # Looks

    @carefully
    def _look(self, asked: Asked, site: CallSite) -> None:
        """Before ``backward``: the graph is whole, and old gradients are still to be seen."""
        waiting = len(self._ledger.waiting)
        optimizers = self._ledger.optimizers()
        self._looks.before(asked, site, optimizers, is_first=waiting == 1)

    @carefully
    def _look_before(self, optimizer: Optimizer) -> None:
        """Before a step: how the weights are."""
        self._looks.begins(optimizer)

    @carefully
    def _measure(self, optimizer: Optimizer | None, loss: Any) -> None:
        """After a step: the gradient's norm and the learning rate."""
        self._looks.after(optimizer, loss)

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
        own = {"lr", "grad_norm", "loss", *self._meanings.names} if self.step else set()
        return {name: value for name, value in values.items() if name not in own}


def _words(error: Exception) -> str:
    text = str(error).splitlines()
    return f"{type(error).__name__}: {text[0][:LONGEST]}" if text else type(error).__name__


def _put_back(had: Any) -> None:
    if had is not None:
        builtins.watch = had  # type: ignore[attr-defined]
    elif hasattr(builtins, "watch"):
        del builtins.watch


@contextmanager
def watching(show: Shower) -> Iterator[Probe]:
    """Watch what is trained in this block, and show it."""
    with Probe(show) as probe:
        yield probe
