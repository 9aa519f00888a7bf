"""A loop that goes on as it went: its losses are read at a fraction of the usual cost.

Most loops make one pass from one place, then a step of one optimizer, again and again. As long as
that is seen to hold, nothing but the loss has to be read; whatever is otherwise ends it, and the
ledger goes on from there. Where even that would cost more than its `SHARE` of the processor's
time, only some steps are listened to, two of them in a row: a script that prints now and then
counts from 0 or from 1.
"""

from __future__ import annotations

import ctypes
import resource
import weakref
from _thread import get_ident
from collections.abc import Callable
from sys import _getframe
from time import thread_time
from types import CodeType, FrameType
from typing import Any

import torch
from torch import Tensor
from torch._C import _len_torch_function_stack as function_modes
from torch.optim import Optimizer

from engine.probe.backward_tap import left_alone
from engine.probe.call_site import CallSite
from engine.probe.meant_loss import Pass

SHARE = 0.015
"""Part of the processor's time that reading losses may take."""

HEARD_WHOLE = 500
"""Steps at the start that are all listened to, whatever that costs."""

FRAMES = 4
"""Between what reads a loss and whoever called PyTorch: our own three, and PyTorch's."""

CADENCES = (1, 4, 10, 20, 50, 100)
"""Of so many steps two are listened to; of 1, all."""

AFTERWARDS = 1.3
"""What a step costs in all, as a multiple of what reading its loss does."""

NEW_PART = 0.2
"""How much the newest measurement of that cost counts."""

MORE = 1.3
"""How much more may be listened to than is before that is done."""

DECIDES_EVERY = 10
"""Ticks between two decisions about how many steps are listened to."""

WAITS = 0.1
"""A loop that gives up the processor more often than this in a step waits for something."""

NEVER = (0, 0.0, 0.0, 0)

IN_MEMORY: dict[torch.dtype, Any] = {
    torch.float32: ctypes.c_float.from_address,
    torch.float64: ctypes.c_double.from_address,
}


class Steady:
    """What is known of such a loop, and the loss that waits for its step."""

    def __init__(self) -> None:
        self.is_on = False
        self.rests = False
        """The pass to come is let by."""
        self.has_rested = False
        """A pass was let by since the last step."""
        self.has_begun = False
        """The optimizer is making its step."""
        self.value: float | None = None
        """The loss of the pass that waits for its step."""
        self.optimizer = 0
        """The identity of the only one."""
        self.whose: Callable[[], Optimizer | None] = lambda: None
        self.name = ""
        self.site: CallSite | None = None
        self.every = 1
        """Of so many steps two are listened to; 1: all."""
        self._code: CodeType | None = None
        self._at = self._depth = self._thread = 0
        self._dtype: torch.dtype | None = None
        self._read: Any = None
        self._cost = 0.0
        self._is_measured = False
        self._ticks = 0
        self._since = NEVER
        """Step, the processor's seconds, the time, and waits, at the last decision."""

    def enter(self, one: Pass, optimizer: Optimizer, name: str) -> None:
        """A step was made that is like those this knows."""
        site = one.site
        self._code, self._at = site.key
        self._depth, self._dtype = FRAMES + site.depth, one.dtype
        self._read = IN_MEMORY.get(one.dtype) if one.dtype is not None else None
        self._thread = get_ident()
        self.site, self.optimizer, self.name = site, id(optimizer), name
        if self.whose() is not optimizer:
            self.whose = weakref.ref(optimizer)
        self.value, self.has_begun, self.has_rested = None, False, False
        self.is_on = True

    def leave(self) -> None:
        """Between two steps: the next is for others to see."""
        self.is_on = self.rests = False

    def forget(self) -> None:
        """It is not as it was."""
        self.leave()
        self.value, self.has_begun, self.has_rested = None, False, False
        self.every, self._since = 1, NEVER

    @left_alone
    def takes(self, asked: FrameType) -> bool:
        """Read the loss of a pass that is like the last; False for any other."""
        if self._is_measured:
            self._is_measured = False
            began = thread_time()
            taken = self._takes(asked)
            cost = thread_time() - began
            self._cost += (cost - self._cost) * (NEW_PART if self._cost else 1.0)
            return taken
        return self._takes(asked)

    @left_alone
    def _takes(self, asked: FrameType) -> bool:
        if not self.is_on or self.has_begun or self.has_rested or self.value is not None:
            return False
        if function_modes():
            return False
        try:
            frame = _getframe(self._depth)
            if frame.f_code is not self._code or frame.f_lasti != self._at:
                return False
            names = asked.f_locals
            (loss,), (gradient,) = names["t_outputs"], names["args"][0]
            # Checked no more than must be: this is done in each step, and what a call of PyTorch
            # needs is in no cache by then. How a loss is made is seen with each look.
            if type(loss) is not Tensor or not loss.is_cpu or loss.dtype is not self._dtype:
                return False
            if get_ident() != self._thread or not names["kwargs"].get("accumulate_grad", True):
                return False
            value: float = self._read(loss.data_ptr()).value
            if gradient is not None:
                if gradient.dtype is not self._dtype or not gradient.is_cpu:
                    return False
                value *= self._read(gradient.data_ptr()).value
        except (ValueError, RuntimeError):
            # Called from less deep; several outputs; a tensor without memory of its own.
            return False
        self.value = value
        return True

    def tick(self, step: int, spent: float, now: float) -> bool:
        """Once in a while: how much may be listened to; whether that has changed.

        Args:
            spent: seconds of the processor that the thread has used.
            now: the time.
        """
        self._is_measured = True
        self._ticks += 1
        if self._ticks % DECIDES_EVERY or not self._cost:
            return False
        before, self._since = self._since, (step, spent, now, _waits())
        steps, seconds, wall, waits = (a - b for a, b in zip(self._since, before, strict=True))
        if not before[2] or steps <= 0 or step < HEARD_WHOLE:
            return False
        # A busy machine makes a step no longer; what a loop waits for does.
        part = SHARE * (wall if waits > WAITS * steps else seconds) / steps
        was, self.every = self.every, cadence(part / (self._cost * AFTERWARDS), self.every)
        return self.every != was

    def said_of(self, name: str) -> str:
        """How many steps of a loss are listened to, in words; empty for all."""
        is_this = name == self.name and self.every > 1
        return f"2 of every {self.every} steps" if is_this else ""


def _waits() -> int:
    """How often this thread has given up the processor by itself."""
    whose = getattr(resource, "RUSAGE_THREAD", resource.RUSAGE_SELF)
    return resource.getrusage(whose).ru_nvcsw


def cadence(part: float, now: int) -> int:
    """Of how many steps two are listened to where this part of them may be."""
    found = next((each for each in CADENCES if _part(each) <= part), CADENCES[-1])
    # What hardly changes stays as it is: whoever watches is told.
    is_little = _part(found) > _part(now) and part < MORE * _part(found)
    return now if is_little else found


def _part(every: int) -> float:
    return 2 / every if every > 1 else 1.0
