"""The fork server: imports torch once, then forks a run whenever one is asked for.

It runs no tensor operation, starts no thread and never touches CUDA, so that forking it stays
safe: after one parallel region here, every forked run would hang.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

import msgspec

from engine.process import child, launch, run_folder
from engine.process.framing import Lines
from engine.process.outbox import Outbox
from engine.process.own_path import theirs_again
from engine.process.protocol import (
    AnyCommand,
    Experiment,
    Ready,
    Refused,
    Start,
    Stop,
    decode_command,
    encode,
)
from engine.process.standby import end_orphans, stand_by
from engine.process.supervised_run import SupervisedRun, resident_bytes

FULL_OUTBOX = 4 << 20
"""Bytes waiting for the screen above which runs are not read: their frames then get fewer."""

WATCH_SECONDS = 0.1
"""How often the memory of runs is looked at."""

MOST_MEMORY = 4 << 30
"""Bytes a run may take on top of what the server holds."""


def import_everything() -> str:
    """Import torch and all that the first optimizer would import; the version of torch.

    Constructing an optimizer imports hundreds of modules on its first call; on a "meta" tensor it
    does so without any arithmetic. Collecting garbage between imports costs a fifth of their time.
    """
    gc.disable()
    import torch
    import torch.utils.data

    torch.optim.SGD([torch.nn.Parameter(torch.empty(1, device="meta"))], lr=0.1)
    gc.enable()
    gc.freeze()
    return str(torch.__version__)


def memory_budget() -> int:
    """Bytes a run may take: half of what the machine has free now, `MOST_MEMORY` at most.

    ``TOCHA_RUN_MEMORY_GB`` overrides it; 0 means no limit.
    """
    if wish := os.environ.get("TOCHA_RUN_MEMORY_GB"):
        return int(float(wish) * (1 << 30))
    with suppress(OSError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return min(MOST_MEMORY, int(line.split()[1]) * 1024 // 2)
    return MOST_MEMORY


class Server:
    """Reads commands, starts and supervises runs, relays their events, until the screen is gone."""

    def __init__(self, channel: socket.socket, launcher: launch.Launcher) -> None:
        self._channel = channel
        self._outbox = Outbox(channel.fileno())
        self._launcher = launcher
        self._memory = memory_budget()
        self._most_resident = resident_bytes(os.getpid()) + self._memory if self._memory else 0
        self._next_watch = 0.0
        self._lines = Lines()
        self._runs: dict[int, SupervisedRun] = {}
        # A pipe that becomes readable whenever a child ends.
        self._deaths, writer = os.pipe()
        os.set_blocking(self._deaths, False)
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def say(self, event: Ready | Refused) -> None:
        """Tell the screen something about the engine itself."""
        self._outbox.add(encode(event))

    def serve(self) -> None:
        """Serve until the screen is gone; then nothing of ours is left alive."""
        try:
            while self._turn():
                pass
        finally:
            for run in self._runs.values():
                run.kill("the screen is gone")
            end_orphans(keep=set())
            run_folder.remove_all(os.getpid())

    def _turn(self) -> bool:
        """Wait for something to happen and deal with it; False when the screen is gone."""
        self._outbox.pump()
        ready = self._wait()
        if self._channel.fileno() in ready and not self._hear():
            return False
        if self._deaths in ready:
            os.read(self._deaths, 4096)
        now = time.monotonic()
        for run in self._runs.values():
            supervise(run, ready, now)
        self._watch_memory(now)
        self._reap()
        return not self._outbox.closed

    def _wait(self) -> set[int]:
        readers = {self._channel.fileno(), self._deaths}
        for run in self._runs.values():
            readers |= run.readable
            if len(self._outbox) > FULL_OUTBOX:
                readers.discard(run.events)
        writers = [self._outbox.fd] if self._outbox else []
        ready, _, _ = select.select(list(readers), writers, [], self._patience())
        return set(ready)

    def _patience(self) -> float | None:
        """Seconds until something is due; None when nothing is."""
        if not self._runs:
            return None
        due = [self._next_watch]
        for run in self._runs.values():
            due += [moment for moment in (run.next_escalation(), run.next_output()) if moment]
        return max(0.0, min(due) - time.monotonic())

    def _hear(self) -> bool:
        """Obey what the screen has sent; False at end of file."""
        try:
            data = self._channel.recv(1 << 16)
        except BlockingIOError:
            return True
        except OSError:
            return False
        for line in self._lines.feed(data):
            try:
                self._obey(decode_command(line))
            except msgspec.DecodeError as error:
                self.say(Refused(message=str(error)))
        return bool(data)

    def _obey(self, command: AnyCommand) -> None:
        run = self._runs.get(command.run_id)
        if isinstance(command, Start):
            self._start(command)
        elif run is None:
            return
        elif isinstance(command, Stop):
            run.stop(time.monotonic())
        else:
            run.tell(command)

    def _start(self, start: Start) -> None:
        if start.run_id in self._runs:
            self.say(Refused(start.run_id, message="a run with this number is alive"))
            return
        try:
            launched = self._launcher(start, self._memory)
        except OSError as error:
            self.say(Refused(start.run_id, message=f"no process could be started: {error}"))
            return
        seconds = 0.0 if isinstance(start.job, Experiment) else start.job.seconds
        self._runs[start.run_id] = SupervisedRun(start.run_id, launched, self._outbox, seconds)

    def _watch_memory(self, now: float) -> None:
        if now < self._next_watch:
            return
        self._next_watch = now + WATCH_SECONDS
        for run in self._runs.values():
            if self._most_resident and resident_bytes(run.pid) > self._most_resident:
                run.kill(f"used more than {self._memory / (1 << 30):.1f} GiB of memory")

    def _reap(self) -> None:
        for run in list(self._runs.values()):
            pid, status = os.waitpid(run.pid, os.WNOHANG)
            if pid:
                run.status = status
                run_folder.remove(run.pid)
                run.reap()
                del self._runs[run.run_id]
                end_orphans(keep={other.pid for other in self._runs.values()})


def supervise(run: SupervisedRun, ready: set[int], now: float) -> None:
    """What one run is due: its events relayed, its output passed on, its end brought nearer."""
    if run.events in ready:
        run.relay()
        if run.has_hung_up:
            run.stop(now, wanted=False)
    if run.output in ready:
        run.listen()
    run.escalate(now)
    run.pass_on_output(now)


def main(channels: list[int], parent: int, way: str) -> None:
    """Serve on inherited sockets, one after the other; ``way`` is "fork" or "spawn"."""
    child.die_with_parent(parent)
    child.adopt_orphans()
    # The terminal's ctrl+c is for the screen; it tells us what to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    began = time.monotonic()
    run_folder.sweep()
    version = import_everything() if way == "fork" else ""

    def serve(fd: int) -> None:
        launcher = launch.fork if way == "fork" else launch.spawn
        server = Server(socket.socket(fileno=fd), launcher)
        seconds = time.monotonic() - began
        server.say(Ready(torch=version, seconds=seconds, pid=os.getpid()))
        server.serve()

    if len(channels) > 1:
        stand_by(channels, serve)
    else:
        serve(*channels)


if __name__ == "__main__":
    theirs_again()
    main([int(fd) for fd in sys.argv[1].split(",")], int(sys.argv[2]), sys.argv[3])
