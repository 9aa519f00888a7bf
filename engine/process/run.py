"""One run: iterate an experiment in a process of its own and tell what it shows."""

from __future__ import annotations

import importlib
import os
import select
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any, NoReturn

import msgspec

from engine.process import child
from engine.process.feed import Feed
from engine.process.outbox import Outbox
from engine.process.protocol import (
    Experiment,
    Frame,
    Lines,
    Pause,
    Paused,
    Resume,
    Resumed,
    RunFailed,
    RunFinished,
    RunStarted,
    RunStopped,
    Start,
    Step,
    Stop,
    Turn,
    decode_command,
)
from engine.views import Scalars

POLL_SECONDS = 0.01
"""How often a running experiment looks for commands."""

LAST_WORDS_SECONDS = 30.0
"""How long a run that has ended waits for its reader."""

GPU_SHARE = 0.5
"""Part of a CUDA device's memory a run may take: others learn on it too."""


class Stopped(Exception):
    """The learner asked the run to end."""


class Control:
    """Commands for this run, read without waiting, or waited for while it is paused."""

    def __init__(self, fd: int, *, paused: bool) -> None:
        os.set_blocking(fd, False)
        self.paused = paused
        self.single_step = False
        self.changes: dict[str, Any] = {}
        self.due = 0.0
        """When to look for commands again."""
        self._fd = fd
        self._lines = Lines()

    def poll(self, now: float) -> None:
        """Read what has come; raises `Stopped`."""
        self.due = now + POLL_SECONDS
        self._read()

    def wait(self) -> None:
        """Wait while the run is paused; raises `Stopped`."""
        while self.paused and not self.single_step:
            select.select([self._fd], [], [])
            self._read()

    def rest(self, until: float) -> None:
        """Let time pass, but not a command; raises `Stopped`."""
        while not self.paused and (left := until - perf_counter()) > 0:
            if select.select([self._fd], [], [], left)[0]:
                self._read()

    def taken(self) -> dict[str, Any] | None:
        """The knobs turned since the last call, or None."""
        if not self.changes:
            return None
        changes, self.changes = self.changes, {}
        return changes

    def _read(self) -> None:
        try:
            data = os.read(self._fd, 65536)
        except BlockingIOError:
            return
        if not data:
            raise Stopped
        for line in self._lines.feed(data):
            self._obey(decode_command(line))

    def _obey(self, command: object) -> None:
        match command:
            case Stop():
                raise Stopped
            case Pause():
                self.paused = True
            case Resume():
                self.paused = False
            case Step():
                self.paused = self.single_step = True
            case Turn(name=name, value=value):
                self.changes[name] = value


def find(job: Experiment) -> Callable[..., Any]:
    """The experiment function; raises ImportError or AttributeError with its name."""
    name = job.topic if "." in job.topic else f"engine.{job.topic}"
    module = importlib.import_module(name)
    function: Callable[..., Any] = getattr(module, job.function)
    return function


def iterate(experiment: Any, feed: Feed, control: Control, start: Start) -> None:
    """Drive a generator to its end; raises `Stopped` when asked to."""
    changes: dict[str, Any] | None = None
    is_held = False
    next_step = perf_counter()
    try:
        while True:
            if control.paused:
                feed.flush()
                if not control.single_step:
                    feed.send(Paused(start.run_id, step=feed.steps))
                    feed.flush()
                    is_held = True
                    control.wait()
                changes = control.taken() or changes
            if is_held and not control.paused:
                is_held = False
                feed.send(Resumed(start.run_id))
            try:
                view = experiment.send(changes)
            except StopIteration:
                return
            now = feed.take(view)
            changes = None
            if control.single_step and (isinstance(view, Scalars) or not feed.steps):
                control.single_step = False
            if start.pace and isinstance(view, Scalars):
                next_step = max(next_step + 1 / start.pace, now)
                feed.flush_before(next_step)
                control.rest(next_step)
            if now >= control.due:
                control.poll(now)
                changes = control.taken()
    finally:
        experiment.close()


def frames_of(error: BaseException) -> list[Frame]:
    """The traceback's lines from the experiment on: what runs it is nobody's business."""
    own = str(Path(__file__).parent)
    return [
        Frame(entry.filename, entry.lineno or 0, entry.name, entry.line or "")
        for entry in traceback.extract_tb(error.__traceback__)
        if not entry.filename.startswith(own)
    ]


def bound_resources(start: Start, memory: int) -> None:
    """Memory and threads. CUDA reserves far more address space than it uses: there the server's
    watch over resident memory has to do, and the device's allocator gets a share."""
    import torch

    torch.set_num_threads(1)
    device = start.job.knobs.get("device", "cpu")
    if child.wants_accelerator(device):
        child.limit_memory(0)
        index = torch.device(device).index if str(device).startswith("cuda") else None
        torch.cuda.set_per_process_memory_fraction(GPU_SHARE, index or 0)
    else:
        child.limit_memory(memory)


def execute(start: Start, feed: Feed, control: Control) -> None:
    """Run the job and say how it ended."""
    began = perf_counter()

    def ended(kind: type[RunFinished] | type[RunStopped]) -> RunFinished | RunStopped:
        final = feed.closing()
        return kind(start.run_id, final=final, steps=feed.steps, seconds=perf_counter() - began)

    try:
        experiment = find(start.job)(**start.job.knobs)
        iterate(experiment, feed, control, start)
        last: RunFinished | RunStopped | RunFailed = ended(RunFinished)
    except (Stopped, KeyboardInterrupt):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        last = ended(RunStopped)
    except BaseException as error:
        # SystemExit too: a run that leaves early must say so.
        name = type(error).__name__
        last = RunFailed(start.run_id, error=name, message=str(error), frames=frames_of(error))
    sys.stdout.flush()
    feed.finish(last, LAST_WORDS_SECONDS)


def main(start: Start, *, events: int, control: int, memory: int) -> NoReturn:
    """The whole life of a run's process, from the first event to its exit."""
    outbox = Outbox(events)
    feed = Feed(start.run_id, outbox, start.fps)
    try:
        feed.send(RunStarted(start.run_id, pid=os.getpid()))
        outbox.pump()
        bound_resources(start, memory)
        child.seed_everything(start.seed)
        execute(start, feed, Control(control, paused=start.paused))
    except BaseException:
        traceback.print_exc()
    finally:
        # Not sys.exit: threads and exit handlers of the server's image must not run here.
        os._exit(0)


def fresh(events: int, control: int, memory: int, parent: int) -> NoReturn:
    """Where fork is not safe: the same run in an interpreter of its own."""
    child.die_with_parent(parent)
    # The server ignores the interrupt, and a new program inherits that.
    child.reset_signals()
    child.open_standard_streams(1)
    os.nice(10)
    line = b""
    while not line.endswith(b"\n"):
        line += os.read(control, 1)
    start = msgspec.json.decode(line, type=Start)
    main(start, events=events, control=control, memory=memory)


if __name__ == "__main__":
    fresh(*(int(word) for word in sys.argv[1:5]))
