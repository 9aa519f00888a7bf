"""Run a watched script as Python would, with a probe on torch: the inside of its process.

``python -P -m engine.watch.script SOCKET FD RING SCRIPT [ARGS…]``, or ``-m MODULE`` for SCRIPT;
losses go to the memory behind the file descriptor RING, events to FD; SOCKET is the keeper's. Torch
is left for the script to import: what it sets before that must count.
"""

from __future__ import annotations

import runpy
import signal
import sys
from collections.abc import Callable, Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from engine.process.own_path import theirs_again
from engine.watch.inside import Watch

# Nothing else of ours up here: it would bring numpy, whose threads the script may want to set.

OWN_FRAMES = 3
"""Entries of this file at the start of a script's traceback."""


def entries(trace: TracebackType | None) -> Iterator[TracebackType]:
    """A traceback, entry by entry."""
    while trace is not None:
        yield trace
        trace = trace.tb_next


def trim(original: Callable[..., Any]) -> Callable[..., Any]:
    """A traceback begins in the script, not in what runs it."""

    def excepthook(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        is_ours = [entry.tb_frame.f_code.co_filename == __file__ for entry in entries(trace)]
        first = is_ours.index(True) if True in is_ours else 0
        for _ in range(first + sum(is_ours[first : first + OWN_FRAMES])):
            trace = trace.tb_next if trace else None
        original(kind, error.with_traceback(trace), trace)

    return excepthook


def as_main(file: str) -> dict[str, Any]:
    """The names of a fresh ``__main__``, as Python makes it for a script."""
    main = ModuleType("__main__")
    loader = SourceFileLoader("__main__", file)
    main.__dict__.update(__file__=file, __builtins__=__builtins__, __cached__=None)
    main.__dict__.update(__loader__=loader, __annotations__={})
    sys.modules["__main__"] = main
    return main.__dict__


def run_script(arguments: list[str]) -> None:
    """``python SCRIPT ARGS…``."""
    file = str(Path(arguments[0]).absolute())  # as Python names it
    folder = str(Path(file).resolve().parent)
    sys.argv = arguments
    sys.path.insert(0, folder)
    names = as_main(file)
    source = Path(file).read_bytes()
    if fault := null_byte(source, file):
        raise fault
    exec(compile(source, file, "exec", dont_inherit=True), names)


def null_byte(source: bytes, file: str) -> SyntaxError | None:
    """Python's complaint about one, with its place: `compile` says it without."""
    if b"\0" not in source:
        return None
    *before, line = source[: source.index(b"\0")].decode("utf-8", "replace").split("\n")
    place = (file, len(before) + 1, None, f"{line}\n")
    return SyntaxError("source code cannot contain null bytes", place)


def run_module(arguments: list[str]) -> None:
    """``python -m MODULE ARGS…``."""
    sys.argv = arguments
    sys.path.insert(0, str(Path.cwd()))
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)


def run_watched(watch: Watch, arguments: list[str]) -> None:
    """Run it; leaves the way the script does."""
    watch.wait_for_torch()
    # A shell's background job ignores it; whoever watches wants to be able to interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        if arguments[0] == "-m":
            run_module(arguments[1:])
        else:
            run_script(arguments)
    except BaseException:
        # Not before: until it ends, the script finds the hook that Python has put there.
        sys.excepthook = trim(sys.excepthook)
        raise
    finally:
        watch.finish()


if __name__ == "__main__":
    theirs_again()
    run_watched(Watch(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])), sys.argv[4:])
