"""Run a watched script as Python would, with a probe on torch: the inside of its process.

``python -P -m engine.watch.script FD RING SCRIPT [ARGS…]``, or ``-m MODULE`` for SCRIPT; losses go
to the memory behind the file descriptor RING, events to FD. Torch is left for the script to import:
what it sets before that must count.
"""

from __future__ import annotations

import importlib.util
import json
import os
import runpy
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from engine.process.own_path import theirs_again
from engine.watch.own_names import OwnNames

# Nothing else of ours up here: it would bring numpy, whose threads the script may want to set.

OWN_FRAMES = 3
"""Entries of this file at the start of a script's traceback."""


class WhenTorchComes:
    """Calls a function when the script has imported torch."""

    def __init__(self, then: Callable[[], None]) -> None:
        self._then = then

    def find_spec(self, name: str, _path: object, _target: object = None) -> ModuleSpec | None:
        """Let the others find torch, and follow its import."""
        if name != "torch":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            execute, then = spec.loader.exec_module, self._then

            def exec_module(module: ModuleType) -> None:
                execute(module)
                then()

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


class Watch:
    """The probe and what it reports to, once torch is there."""

    def __init__(self, fd: int, ring: int) -> None:
        self._fds = (fd, ring)
        for each in self._fds:
            os.set_inheritable(each, False)
        self._take_off: Callable[[], None] | None = None
        self._send_rest: Callable[[], None] = lambda: None

    def begin(self) -> None:
        """Put the probe on torch; one that cannot be put on is no reason to stop the script."""
        try:
            with OURS.shown():
                from engine.probe.probe import Probe
                from engine.watch.recorder import Recorder

                to = Recorder(*self._fds)
                probe = Probe(
                    to.show,
                    report=to.report,
                    record=to.record,
                    note=to.note,
                    after_step=to.after_step,
                )
                probe.__enter__()
                self._take_off, self._send_rest = probe.__exit__, to.finish
        except Exception as error:
            self._cannot(error)

    def finish(self) -> None:
        """Send what is left; a fault of ours must not change how the script ends."""
        if self._take_off is None:
            return
        try:
            with OURS.shown():
                self._take_off()
                self._send_rest()
        except Exception:
            return

    def _cannot(self, error: Exception) -> None:
        """Say it where we speak, not where the script does."""
        words = f"Tocha cannot watch this torch: {type(error).__name__}: {error}"
        with suppress(OSError):
            line = json.dumps({"type": "noted", "about": "", "text": words})
            os.write(self._fds[0], line.encode() + b"\n")


OURS = OwnNames()


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
    code = compile(Path(file).read_bytes(), file, "exec", dont_inherit=True)
    exec(code, names)


def run_module(arguments: list[str]) -> None:
    """``python -m MODULE ARGS…``."""
    sys.argv = arguments
    sys.path.insert(0, str(Path.cwd()))
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)


def main(fd: int, ring: int, arguments: list[str]) -> None:
    """Run it; leaves the way the script does."""
    theirs_again()
    watch = Watch(fd, ring)
    OURS.hide()
    # The type of a finder is a class with many more methods, none of which is needed.
    sys.meta_path.insert(0, WhenTorchComes(watch.begin))
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
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
