"""The probe: sees backward passes and optimizer steps of an unchanged training loop.

Every loss passes through autograd's engine (`engine.probe.backward_tap`), most updates call an
optimizer's step hook; no function is replaced, and a fault in here is no fault of the loop.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import get_ident

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
from engine.probe.call_site import CallSite, CallSites
from engine.probe.epochs import Epochs
from engine.probe.faults import Faults, carefully
from engine.probe.fetching import hear_fetching
from engine.probe.findings import Findings
from engine.probe.layers import Layers
from engine.probe.looks import Looks
from engine.probe.meanings import Meanings
from engine.probe.meant_loss import MeantLoss
from engine.probe.others import Others
from engine.probe.phases import Phases
from engine.probe.steady import Steady
from engine.probe.step_hooks import uncompiled
from engine.probe.steps import Steps, Tick
from engine.probe.telling import Recorder, Shower, Telling
from engine.process.protocol import Finding


def nobody(_about: str, _sentence: str) -> None:
    """Takes what is noted where nobody reads."""


class Probe:
    """Sees losses and steps; shows scalars, a fit, and what is wrong."""

    def __init__(
        self,
        show: Shower,
        *,
        report: Callable[[Finding], None] | None = None,
        record: Recorder | None = None,
        note: Callable[[str, str], None] = nobody,
        tick: Tick | None = None,
        may_rest: bool = False,
        is_closer: bool = False,
    ) -> None:
        """``record`` takes each loss that is on the host at once; without it all are shown.

        ``note`` takes a sentence about a series, or about the probe itself (""). ``tick`` is called
        about every `telling.HOLD_SECONDS` with the step, the time, and the samples in a step.

        With ``may_rest`` only some steps of a very fast loop are listened to; with ``is_closer``
        each layer is looked at, and where the time of a step goes.
        """
        self.faults = Faults(note)
        self._phases = Phases() if is_closer else None
        self._steady = Steady()
        self._meanings = Meanings(note, self._steady.said_of)
        self._telling = Telling(show, record, self._meanings)
        findings = Findings(report or (lambda _: None))
        self._looks = Looks(show, findings, Layers() if is_closer else None)
        self.steps = Steps(
            self._telling,
            self._looks,
            findings,
            self._meanings,
            self._steady,
            self.faults,
            self._phases,
        )
        self.steps.tick_too, self.steps.may_rest = tick, may_rest
        self._epochs = Epochs(self._telling.epoch)
        self._meant = MeantLoss()
        self._sites = CallSites()
        self._thread = 0
        """The thread that trains; 0 before the first pass."""
        self._others = Others(self._meanings.note)
        self._tap = BackwardTap(self._before, self._switch_off, self._steady)
        self._undo: list[Callable[[], None]] = []

    # Putting it on and taking it off

    def __enter__(self) -> Probe:
        """Begin to watch."""
        self._undo.append(self._telling.offer_watch())
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
            self._undo.append(hear_fetching(self._phases, self.steps, self._epochs, self.faults))
        os.register_at_fork(after_in_child=self._begin_anew)
        self._tap.put_on()
        self._undo.append(self._tap.take_off)
        return self

    def __exit__(self, *_: object) -> None:
        """Leave everything as it was; the last fit is that of the finished model."""
        for undo in reversed(self._undo):
            undo()
        self._undo.clear()
        self.steps.finish()

    def _begin_anew(self) -> None:
        """In a forked child: what it trains is its own, from the first step on."""
        self._thread = 0
        self._others.forget()
        self._sites = CallSites()
        self._epochs.forget()
        self.steps.forget()

    # What happens in the loop: between any two steps, so every microsecond counts

    def _before(self, asked: Asked) -> Callable[[], None] | None:
        """A backward pass is about to run."""
        if self.faults.is_off or not self._is_ours(asked):
            return None
        phases = self.steps.timing()
        if phases is not None:
            phases.reach("forward")
        if self._steady.is_on:
            self.steps.goes_otherwise()
        if self.steps.is_missed():
            return None
        with torch._C.DisableTorchFunction():
            site = self._sites.of(asked.frame)
            one = self._meant.read(asked, site)
            if one is None:
                return None
            one.is_backward = asked.accumulates
            self.steps.ledger.add(one)
            if not asked.accumulates:
                # Only now: what was given the last time tells whether a step was made.
                site.looked(list(asked.inputs))
                site.note()
            if not site.is_looked_at or self._looks.are_due():
                self._look(asked, site)
            self.steps.on_device = type(one.value) is not float
        if phases is not None:
            phases.skip()
            return self._over
        return None if self.steps.ledger.hears_steps else self._over

    def _is_ours(self, asked: Asked) -> bool:
        """Whether this pass may be for a step, and is in the thread that is watched."""
        if get_ident() != self._thread and not self._follows_this(asked):
            return False
        if asked.accumulates:
            return True
        loss = asked.outputs[0]
        if torch._C._functorch.is_gradtrackingtensor(loss):
            return True
        # What is differentiated once more, or with respect to data, moves no weight.
        return not asked.creates_graph and all(
            type(each) in (Tensor, torch.nn.Parameter) and each.is_leaf for each in asked.inputs
        )

    def _follows_this(self, asked: Asked) -> bool:
        """Whether another thread, which asks, is the one to watch from now on."""
        if self._thread:
            if not asked.accumulates or not self._others.take_over(self.steps.step):
                return False
            self._steady.forget()
        self._thread = get_ident()
        self._others.follow(self.steps.step)
        return True

    def _over(self) -> None:
        """A pass has run, and so far no optimizer has spoken."""
        try:
            if (phases := self.steps.timing()) is not None:
                phases.reach("backward")
            if not self.steps.ledger.hears_steps:
                self.steps.ledger.over()
        except Exception as error:
            self._switch_off(error)

    @left_alone
    def _begins(self, optimizer: Optimizer) -> None:
        compiler = set_eval_frame(None)
        try:
            if self._counts(optimizer):
                phases = self.steps.timing()
                if phases is not None:
                    phases.reach("between")
                if self._steady.is_on:
                    self.steps.goes_otherwise()
                self.steps.ledger.begins(optimizer)
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
                self.steps.goes_on(optimizer)
            # An optimizer that steps in the middle of a pass has a single weight: no loss is its.
            elif self._counts(optimizer):
                if (phases := self.steps.timing()) is not None:
                    phases.reach("step")
                if self.steps.missed:
                    self.steps.pass_over()
                else:
                    self.steps.ledger.stepped(optimizer)
        except Exception as error:
            self._switch_off(error)
        finally:
            set_eval_frame(compiler)

    def _counts(self, optimizer: Optimizer) -> bool:
        """Whether a step may be one of the loop that is watched."""
        if self.faults.is_off or torch._C._current_graph_task_id() != -1:
            return False
        if get_ident() == self._thread or not self._thread:
            return True
        return self._others.steps_for(optimizer, self.steps.ledger.waiting)

    def _switch_off(self, error: Exception) -> None:
        """A fault of our own: the script goes on without us."""
        self._steady.forget()
        self.faults.switch_off(error)

    # Looks

    @carefully
    def _look(self, asked: Asked, site: CallSite) -> None:
        """Before ``backward``: the graph is whole, and old gradients are still to be seen."""
        waiting = len(self.steps.ledger.waiting)
        optimizers = self.steps.ledger.optimizers()
        self._looks.before(asked, site, optimizers, is_first=waiting == 1)

    @carefully
    def _look_before(self, optimizer: Optimizer) -> None:
        """Before a step: how the weights are."""
        self._looks.begins(optimizer)


@contextmanager
def watching(show: Shower) -> Iterator[Probe]:
    """Watch what is trained in this block, and show it."""
    with Probe(show) as probe:
        yield probe
