"""Run a watched script as Python would, with a probe on torch: the inside of its process.

``python -P -m engine.watch.script FD SCRIPT [ARGS…]`` or ``FD -m MODULE [ARGS…]``; events go to the
file descriptor FD. Torch is left for the script to import: what it sets before that must count.
"""

from __future__ import annotations

import importlib.util
import os
import runpy
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from time import perf_counter
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.process.protocol import Event
    from engine.views import AnyView, Scalars

# Nothing else of ours up here: it would bring numpy, whose threads the script may want to set.

FPS = 20.0

LONGEST_FRAME_SECONDS, FRAME_PART = 1.0, 600
"""After ten minutes a second is no time: frames get longer, which keeps the log of days small."""

LAST_WORDS_SECONDS = 5.0

PACE_SECONDS = 0.5
"""How often the speed is told."""

SPARING_SECONDS, SPARING_PART = 0.5, 200
"""A picture is sent at most this often, and ever less often: the log keeps them all."""

OWN_FRAMES = 3
"""Entries of this file at the start of a script's traceback."""

GPU_UUID = "gpu-uuid"
"""The name of the view that says which GPU is used."""


class Recorder:
    """What the probe sees, on its way to the keeper."""

    def __init__(self, fd: int) -> None:
        from engine.process.feed import Feed
        from engine.process.outbox import Outbox
        from engine.views import Scalars, Text

        self._scalars, self._text = Scalars, Text
        self._outbox = Outbox(fd)
        self._feed = Feed(0, self._outbox, FPS)
        self._began = perf_counter()
        self._due: dict[tuple[str, str], float] = {}
        self._held: dict[tuple[str, str], AnyView] = {}
        self._step = self._steps = 0
        self._since = self._began
        self._knows_gpu = False
        # A forked child that trains as well must not write into the middle of our lines.
        os.register_at_fork(after_in_child=self._go_silent)

    def show(self, view: AnyView | Scalars) -> float:
        """Pass on a number now, a picture when it is due."""
        if isinstance(view, self._scalars):
            self._step = view.step
            return self._feed.take(view)
        now = perf_counter()
        if now < self._due.get(view.key, 0.0):
            self._held[view.key] = view
            return now
        self._held.pop(view.key, None)
        wait = max(SPARING_SECONDS, (now - self._began) / SPARING_PART)
        self._due[view.key] = now + wait
        return self._feed.take(view)

    def report(self, event: Event) -> None:
        """Pass on a finding at once: the script may not make another step for long."""
        self._feed.send(event)
        self._feed.flush()

    def after_step(self, now: float) -> None:
        """Once in a while, say how fast it goes and what the GPU holds."""
        self._steps += 1
        if now - self._since < PACE_SECONDS:
            return
        pace, self._steps, self._since = self._steps / (now - self._since), 0, now
        gone = (now - self._began) / FRAME_PART
        self._feed.interval = min(LONGEST_FRAME_SECONDS, max(1 / FPS, gone))
        numbers = {"steps/s": pace} | self._gpu()
        self._feed.take(self._scalars(self._step, **numbers))

    def _gpu(self) -> dict[str, float]:
        import torch

        if not torch.cuda.is_initialized():
            return {}
        if not self._knows_gpu:
            self._knows_gpu = True
            found = torch.cuda.get_device_properties(torch.cuda.current_device())
            uuid = f"GPU-{getattr(found, 'uuid', '')}"
            self._feed.take(self._text(uuid, name=GPU_UUID, plot=GPU_UUID))
        return {"GPU memory of torch": float(torch.cuda.memory_reserved())}

    def finish(self) -> None:
        """Send the rest."""
        for view in self._held.values():
            self._feed.take(view)
        self._held.clear()
        self._feed.flush()
        self._outbox.drain(LAST_WORDS_SECONDS)

    def _go_silent(self) -> None:
        self._outbox.closed = True


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

    def __init__(self, fd: int) -> None:
        os.set_inheritable(fd, False)
        self._fd = fd
        self._recorder: Recorder | None = None
        self._take_off: Callable[[], None] = lambda: None

    def begin(self) -> None:
        """Put the probe on torch; one that cannot be put on is no reason to stop the script."""
        try:
            with OURS.shown():
                from engine.probe.probe import Probe

                to = Recorder(self._fd)
                probe = Probe(to.show, report=to.report, after_step=to.after_step).__enter__()
                self._recorder, self._take_off = to, probe.__exit__
        except Exception as error:
            sys.stderr.write(f"tocha cannot watch this torch: {error}\n")

    def finish(self) -> None:
        """Send what is left."""
        if self._recorder is not None:
            with OURS.shown():
                self._take_off()
                self._recorder.finish()


class Ours:
    """Gives the name ``engine`` to a script that has a module of that name, and takes it back."""

    def __init__(self) -> None:
        self._modules: dict[str, ModuleType] = {}
        self._path = str(Path(__file__).parents[2])

    def hide(self) -> None:
        """From now on ``import engine`` is the script's."""
        self._modules = _taken()

    @contextmanager
    def shown(self) -> Iterator[None]:
        """In this block ``import engine`` is ours."""
        if not self._modules:
            yield
            return
        theirs = _taken()
        sys.modules.update(self._modules)
        sys.path.insert(0, self._path)
        try:
            yield
        finally:
            sys.path.remove(self._path)
            self._modules = _taken()
            sys.modules.update(theirs)


def _taken() -> dict[str, ModuleType]:
    """Every module of our name, taken out of what is imported."""
    names = [name for name in sys.modules if name.partition(".")[0] == "engine"]
    return {name: sys.modules.pop(name) for name in names}


OURS = Ours()


def has_engine(folder: str) -> bool:
    """Whether a folder holds a module that goes by our name."""
    return any((Path(folder) / name).exists() for name in ("engine.py", "engine"))


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
    if has_engine(folder):
        OURS.hide()
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
    if has_engine("."):
        OURS.hide()
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)


def main(fd: int, arguments: list[str]) -> None:
    """Run it; leaves the way the script does."""
    watch = Watch(fd)
    # The type of a finder is a class with many more methods, none of which is needed.
    sys.meta_path.insert(0, WhenTorchComes(watch.begin))
    # As on a terminal: a line is seen when it ends, not when 8 kB have gathered.
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    sys.excepthook = trim(sys.__excepthook__)
    # A shell's background job ignores it; whoever watches wants to be able to interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        if arguments[0] == "-m":
            run_module(arguments[1:])
        else:
            run_script(arguments)
    finally:
        watch.finish()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
