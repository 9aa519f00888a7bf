"""Start a run's process: fork the warm server, or spawn an interpreter where fork is unsafe."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass

from engine.process import child, run
from engine.process.own_path import ours_first
from engine.process.protocol import Start, encode

PIPE_BYTES = 1 << 20
"""Room in a run's event pipe (Linux), so that a frame is seldom cut in two."""

F_SETPIPE_SZ = 1031


@dataclass(frozen=True, slots=True)
class Launched:
    """A run's process, seen from the server: its id and our ends of its three pipes."""

    pid: int
    events: int
    output: int
    control: int


Launcher = Callable[[Start, int], Launched]
"""From a start command and a memory budget in bytes to a process."""


def _pipe(*, roomy: bool = False) -> tuple[int, int]:
    reader, writer = os.pipe()
    if roomy and sys.platform == "linux":
        import fcntl

        fcntl.fcntl(writer, F_SETPIPE_SZ, PIPE_BYTES)
    return reader, writer


def _wire(launch: Callable[[int, int, int], int]) -> Launched:
    events, events_in = _pipe(roomy=True)
    output, output_in = _pipe()
    control_out, control = _pipe()
    try:
        pid = launch(events_in, output_in, control_out)
    finally:
        for fd in (events_in, output_in, control_out):
            os.close(fd)
    for fd in (events, output, control):
        os.set_blocking(fd, False)
    return Launched(pid, events, output, control)


def fork(start: Start, memory: int) -> Launched:
    """Fork this process: torch is there already. Safe while it has run no tensor operation."""
    parent = os.getpid()

    def launch(events: int, output: int, control: int) -> int:
        pid = os.fork()
        if pid:
            return pid
        try:
            child.settle(parent=parent, output=output, keep={events, control})
            run.main(start, events=events, control=control, memory=memory)
        finally:
            os._exit(1)

    return _wire(launch)


def spawn(start: Start, memory: int) -> Launched:
    """Start an interpreter: seconds slower, right where fork is not (macOS).

    The job lies in a file on its standard input: a pipe has no room for a long one.
    """

    def launch(events: int, output: int, control: int) -> int:
        arguments = [str(n) for n in (events, control, memory, os.getpid())]
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "engine.process.run", *arguments],
            stdin=job,
            stdout=output,
            stderr=output,
            pass_fds=(events, control),
            start_new_session=True,
            env=ours_first(),
        )
        # The server waits for the process itself; this object must neither warn nor reap.
        process.returncode = 0
        return process.pid

    with tempfile.TemporaryFile() as job:
        job.write(encode(start))
        job.seek(0)
        return _wire(launch)
