"""Hear of every backward pass without replacing a function: nothing of ours is ever in its way.

``backward()`` and ``torch.autograd.grad`` both look up the engine that runs them as an attribute of
a class. A descriptor in that place is told of the look-up, reads the arguments in the frame that
makes it, and hands out the engine itself: signatures, pickles, sources, compiled code and the
lines of a traceback are what they are without us.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from types import FrameType
from typing import Any, Protocol, TypeVar

import torch
from torch import Tensor
from torch._C._dynamo import eval_frame
from torch._C._dynamo.eval_frame import set_eval_frame
from torch.autograd import Variable
from torch.autograd.graph import _engine_run_backward

F = TypeVar("F", bound=Callable[..., Any])


def left_alone(function: F) -> F:
    """Never compile this function, called as it may be in the middle of a compiled one.

    Within it `set_eval_frame` keeps the compiler off what it calls.
    """
    if hasattr(eval_frame, "skip_code"):
        eval_frame.skip_code(function.__code__)  # PyTorch before 2.8 or so
    else:
        skip, usual = eval_frame._FrameAction.SKIP, eval_frame._FrameAction.DEFAULT
        strategy = eval_frame._FrameExecStrategy(skip, usual)
        eval_frame.set_code_exec_strategy(function.__code__, strategy)
    return function


RUNS = _engine_run_backward.__code__
"""The function that looks the engine up."""


@dataclass(slots=True)
class Asked:
    """What a backward pass was asked for."""

    outputs: Sequence[Any]
    gradients: Sequence[Tensor | None]
    creates_graph: bool
    inputs: Sequence[Any]
    """The only tensors that receive a gradient; empty for all."""
    accumulates: bool
    """Whether gradients are added to ``.grad``, or handed back as by ``autograd.grad``."""
    frame: FrameType
    """Whoever called PyTorch's function."""


class _Afterwards(partial):  # type: ignore[type-arg]
    """A call that tells when it is over, and is in no traceback: it is given up after the call."""

    tell: Callable[[], None]

    @left_alone
    def __del__(self) -> None:
        compiler = set_eval_frame(None)
        try:
            self.tell()
        finally:
            set_eval_frame(compiler)


def afterwards(call: Callable[..., Any], tell: Callable[[], None]) -> Callable[..., Any]:
    """The same call, which tells when it is over, however it ended; ``tell`` must not raise."""
    made = _Afterwards(call)
    made.tell = tell
    return made


class _Engine:
    """Has the one attribute that is asked for."""

    __slots__ = ("run_backward",)

    def __init__(self, run: Callable[..., Any], tell: Callable[[], None]) -> None:
        self.run_backward = afterwards(run, tell)


class Shortcut(Protocol):
    """Whoever knows most passes beforehand; compiled code may call it."""

    rests: bool
    """The next pass is let by."""
    has_rested: bool

    def takes(self, asked: FrameType) -> bool:
        """Whether this pass need not be told otherwise; ``asked`` is the frame of `RUNS`."""
        raise NotImplementedError


class BackwardTap:
    """Stands where autograd's engine is looked up.

    ``before`` is called with each pass that is not part of another one; what it returns, if
    anything, is called when that pass is over, however it ended, and must not raise. ``failed`` is
    told of what ``before`` raises: the pass itself never hears of it. Passes that ``known`` takes
    are not told. Of several taps only the one that was put on last hears.
    """

    def __init__(
        self,
        before: Callable[[Asked], Callable[[], None] | None],
        failed: Callable[[Exception], None],
        known: Shortcut,
    ) -> None:
        self._before = before
        self._known = known
        self._failed = failed
        self._engine = Variable._execution_engine
        self._stood_there = vars(Variable)["_execution_engine"]

    def put_on(self) -> None:
        """Begin to hear."""
        Variable._execution_engine = self  # type: ignore[assignment]

    def take_off(self) -> None:
        """Leave it as it was."""
        if vars(Variable).get("_execution_engine") is self:
            Variable._execution_engine = self._stood_there

    @left_alone
    def __get__(self, _instance: object, _owner: object) -> Any:
        """The engine."""
        known = self._known
        if known.rests:
            known.rests, known.has_rested = False, True
            return self._engine
        frame = sys._getframe(1)
        if frame.f_code is not RUNS or known.takes(frame):
            return self._engine
        # What a compiled function calls would be compiled too, this included.
        compiler = set_eval_frame(None)
        try:
            return self._heard(frame)
        except Exception as error:
            self._failed(error)
            return self._engine
        finally:
            set_eval_frame(compiler)

    def _heard(self, frame: FrameType) -> Any:
        names = frame.f_locals
        arguments, settings = names["args"], names["kwargs"]
        if frame.f_back is None or torch._C._current_graph_task_id() != -1:
            # A pass within a pass: a checkpoint that computes its part again.
            return self._engine
        gradients, _, creates_graph, inputs = arguments[:4]
        accumulates = settings.get("accumulate_grad", True)
        asked = Asked(
            names["t_outputs"], gradients, creates_graph, inputs, accumulates, frame.f_back
        )
        tell = self._before(asked)
        return self._engine if tell is None else _Engine(self._engine.run_backward, tell)
