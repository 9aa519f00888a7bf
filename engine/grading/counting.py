"""Operation counts: tensor operations and bytecode instructions of a call, instead of its time."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from engine.grading.wrong import Wrong
from engine.process.failure import OURS

LIBRARY = ("site-packages", "dist-packages", "/lib/python")


class _Kernels(TorchDispatchMode):
    """Counts every tensor operation, forward and backward."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.count = 0
        self.names: set[str] = set()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        self.count += 1
        self.names.add(str(func).split(".")[1] if "." in str(func) else str(func))
        return func(*args, **(kwargs or {}))


def operations(function: Callable[..., Any], *arguments: Any) -> int:
    """Tensor operations plus Python instructions of the learner's own lines in one call.

    A function without a loop over the data has the same count whatever the size of its input.
    """
    instructions = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal instructions
        file = frame.f_code.co_filename
        # Code without a file comes with what is imported late: records, modules made on the way.
        if file.startswith((*OURS, "<")) or any(part in file for part in LIBRARY):
            return None
        # Python 3.13 heeds the wish for instructions only of a frame that is traced already.
        frame.f_trace = trace
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        instructions += event == "opcode"
        return trace

    before, own = sys.gettrace(), inspect.currentframe()
    assert own is not None
    # Python 3.12 tells of instructions only if any frame has asked before tracing begins.
    own.f_trace_opcodes = True
    with _Kernels() as kernels, torch.random.fork_rng(devices=[]):
        sys.settrace(trace)
        try:
            function(*arguments)
        finally:
            sys.settrace(before)
    counted: int = kernels.count + instructions
    return counted


def grows(code: Any, name: str, *inputs: tuple[Any, ...]) -> None:
    """Raise `Wrong` with the key "loop" when some of these arguments take more work than others.

    The first arguments are the smallest.
    """
    function = code.get(name)
    few, *others = (operations(function, *arguments) for arguments in inputs)
    for many in others:
        if many > few:
            raise Wrong("loop", few=few, many=many)


def kernels(function: Callable[..., Any], *arguments: Any) -> set[str]:
    """Names of the tensor operations in one call: {"mul", "where"}."""
    with _Kernels() as seen:
        function(*arguments)
    names: set[str] = seen.names
    return names
