"""Steps of a loop as they are completed: numbered, told, measured now and then, and timed.

A loop that goes on as it went is read the short way (`engine.probe.steady`); here is decided when.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import perf_counter, thread_time
from typing import Any

from torch.optim import Optimizer

from engine.probe.faults import Faults, carefully
from engine.probe.findings import Findings
from engine.probe.looks import Looks
from engine.probe.meanings import Meanings
from engine.probe.meant_loss import Pass
from engine.probe.phases import Phases
from engine.probe.rates import Rates, of_loss
from engine.probe.steady import Steady
from engine.probe.step_ledger import Step, StepLedger
from engine.probe.telling import Telling

MOST_MISSED = 50
"""Passes after one that was let by that are taken for parts of the same step."""

MANY_BARE = 3
BARE = "Steps are made, but no backward pass was seen before them: there is no loss to show."
"""Said after so many: gradients may come from `torch.func`, or be written by hand."""

Tick = Callable[[int, float, float | None], None]
"""Takes the step, the time, and the samples in a step; None where those are not known."""


class Steps:
    """What is known of the steps made so far, and of the one under way."""

    def __init__(
        self,
        telling: Telling,
        looks: Looks,
        findings: Findings,
        meanings: Meanings,
        steady: Steady,
        faults: Faults,
        phases: Phases | None,
    ) -> None:
        self.step = 0
        self.after_step: Callable[[float], None] | None = None
        """Called after each step with the time (`time.perf_counter`)."""
        self.tick_too: Tick | None = None
        self.may_rest = False
        self.on_device = False
        """Whether losses are on an accelerator."""
        self.faults = faults
        self.ledger = StepLedger(self._complete, self._is_stuck, self._bare)
        self.missed = 0
        """Passes of a step of which one was let by: its loss is not known. 0 for none."""
        self._telling = telling
        self._rates = Rates(telling.say, meanings.mean)
        self._bare_steps = 0
        telling.at = lambda: self.step
        self._looks = looks
        self._findings = findings
        self._meanings = meanings
        self._steady = steady
        self._phases = phases
        self._now = 0.0
        self._ask_at = 0

    def forget(self) -> None:
        """Begin anew."""
        self.step = self._looks.step = 0
        self.ledger = StepLedger(self._complete, self._is_stuck, self._bare)
        self.missed = self._bare_steps = 0
        for each in (self._steady, self._meanings, self._telling, self._rates):
            each.forget()

    def finish(self) -> None:
        """The loop is over."""
        if not self.faults.is_off:
            self.ledger.finish()
        self._rates.hold(part=1.0)
        self.flush()
        for view in self._looks.fit.last():
            self._telling.show(view)

    def flush(self) -> None:
        """Show every loss that was held back."""
        self._telling.flush(self._now)

    def timing(self) -> Phases | None:
        """Who times the step under way, if it is timed."""
        return self._phases if self._phases is not None and self._phases.is_on else None

    # A loop that goes on as it went

    def goes_on(self, optimizer: Optimizer) -> None:
        """A step is complete that was like the one before."""
        steady = self._steady
        value, steady.value, steady.has_begun = steady.value, None, False
        if value is not None:
            self.step = step = self.step + 1
            self._telling.say(step, steady.name, value)
            self._rates.see(step, optimizer, steady.name)
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

    def goes_otherwise(self) -> None:
        """Something is not as before: what is known of the step under way goes to the ledger."""
        steady = self._steady
        if steady.has_rested:
            self.missed = 1
        elif steady.value is not None and steady.site is not None:
            self.ledger.add(Pass(steady.site, steady.value))
        if steady.has_begun and (optimizer := steady.whose()) is not None:
            self.ledger.begins(optimizer)
        steady.forget()
        self._meanings.tell(steady.name)

    def is_missed(self) -> bool:
        """Whether a pass is part of a step of which one was let by."""
        if self.missed:
            self.missed = (self.missed + 1) % MOST_MISSED
            return True
        return False

    def pass_over(self) -> None:
        """A step is complete whose loss is not known."""
        self.missed = 0
        self.ledger.forget()
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
            and self.ledger.has_one_optimizer
        )

    # Steps

    def _complete(self, made: Step) -> None:
        """A step is complete."""
        self.step = self._looks.step = step = self.step + 1
        name = self._meanings.name_of(made.optimizer, made.site)
        if (phases := self.timing()) is not None:
            self._timed(phases)
        self._telling.say(step, name, made.loss)
        if made.optimizer is not None:
            self._rates.see(step, made.optimizer, name)
        may_go_on = self._may_go_on(made)
        if self._steady.every > 1 and not may_go_on:
            self._steady.forget()
        if made.parts or made.meaning or made.name:
            for part, value in made.parts.items():
                self._telling.say(step, f"{name} {part}", value)
            self._meanings.mean(name, made.meaning or (made.name if name != "loss" else ""))
        is_measured = self._looks.is_under_way and made.is_over
        if is_measured:
            self._measure(made.optimizer, made.loss, name)
        if may_go_on and not self._looks.are_due() and made.only and made.optimizer:
            self._steady.enter(made.only, made.optimizer, name)
        self._after(step)

    def _after(self, step: int) -> None:
        """Between two steps."""
        self._now = now = perf_counter()
        if now >= self._telling.next_show or step >= self._looks.at_latest:
            self._tick(step, now)
        if self.after_step is not None:
            self.after_step(now)

    def _tick(self, step: int, now: float) -> None:
        """Once in a while: what is held is shown, and whether to look is decided."""
        self._rates.hold()
        self._telling.flush(now)
        spent = thread_time()
        self._looks.step = step
        self._looks.tick(now, spent)
        steady = self._steady
        if steady.is_on:
            if self.may_rest and steady.tick(step, spent, now):
                self._meanings.tell(steady.name)
            if self._looks.are_due():
                steady.leave()
        if self.tick_too is not None:
            phases = self._phases
            self.tick_too(step, now, phases.batches.per_step if phases else None)
        phases = self._phases
        if phases is not None and phases.is_due(now) and self.ledger.has_one_optimizer:
            steady.leave()
            phases.begin()

    def _bare(self, optimizer: Optimizer) -> None:
        """A step was made, and no backward pass of any loss was ever seen."""
        self.step = self._looks.step = step = self.step + 1
        self._rates.see(step, optimizer, self._meanings.name_of(optimizer))
        self._bare_steps += 1
        if self._bare_steps == MANY_BARE:
            self._meanings.note("", BARE)
        self._after(step)

    def _timed(self, phases: Phases) -> None:
        """A step was timed from end to end."""
        phases.end()
        for view in phases.views(waits=self.on_device):
            self._telling.show(view)

    def _is_stuck(self, passes: int) -> None:
        """Passes have gone by without a step: if there is an optimizer, it is never asked."""
        if passes < self._ask_at:
            return
        # All objects are looked through, so ever more seldom.
        self._ask_at = 2 * passes
        if any(issubclass(type(one), Optimizer) for one in gc.get_objects()):
            self._findings.never_stepped(passes)

    @carefully
    def _measure(self, optimizer: Optimizer | None, loss: Any, name: str) -> None:
        """After a step: the gradient's norm."""
        self._looks.after(optimizer, loss, name)
        if len(self._meanings.names) > 1:
            # Of several, each by what the script calls it.
            for loss_name, called in self._looks.optimizers.items():
                self._meanings.mean(of_loss(loss_name, "lr"), called)
