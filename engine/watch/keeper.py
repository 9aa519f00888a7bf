"""The keeper: a daemon between a script and its watchers that logs all it hears and serves the log.

``python -P -m engine.watch.keeper FOLDER`` starts the script, and ends when the script has ended
and nobody reads any more. It imports no torch and decides nothing: a watcher that goes away,
however it goes, changes nothing for the script.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from engine.process.framing import Lines
from engine.process.own_path import theirs_again
from engine.process.protocol import (
    Event,
    Noted,
    RunDied,
    RunFinished,
    RunStarted,
    Samples,
    encode,
)
from engine.watch import record as records
from engine.watch import ring as rings
from engine.watch import starting
from engine.watch.event_loop import EventLoop
from engine.watch.gauge import GpuGauge, family, memory
from engine.watch.heir import leave_heir, part
from engine.watch.log import Log
from engine.watch.outlets import Outlet, open_outlets, resize
from engine.watch.printed_text import GATHER_SECONDS
from engine.watch.record import Record
from engine.watch.watchers import READ_BYTES, Watchers

GAUGE_SECONDS = 1.0
RING_SECONDS = 0.05
"""How often to look for losses: a screen shows nothing faster."""

QUIET_SECONDS = 30.0
"""Without a loss for so long, it is said that none was seen."""

LINGER_SECONDS = 10.0
"""After the end, how long to wait for watchers that come back."""

UUID = re.compile(rb'"text":"(GPU-[^"]*)","name":"gpu-uuid"')

ABOUT_ALL = b'"about":""'
"""Stands in the line of what the probe says about the watching itself."""

LOSS = b'"name":"loss'
"""Stands in the line of a loss that has come from a device."""

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
"""What the script gets when it is asked to end once, twice, three times."""


class Keeper:
    """One script and everyone who watches it; a single thread that waits for many things."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.record: Record = records.read(folder)
        self.log = Log(folder / records.LOG)
        self._began = time.monotonic()
        self._loop = EventLoop()
        self._watchers = Watchers(
            self.record.socket, self.log, self._loop, self._stop, self._log_line, self._resize
        )
        self._outlets: list[Outlet] = []
        self._lines = Lines()
        self._asked = 0
        self._uuid = ""
        self._gpu = GpuGauge()
        self._lost_said = 0
        self._last_loss, self._is_quiet = time.monotonic(), False
        self._is_explained = self._has_heard = False
        """Whether a loss was seen, or it was said why not."""
        self._ended: float | None = None
        self._next_gauge = 0.0

    def run(self) -> None:
        """From the script's start to the last watcher's leaving."""
        self._heed_signals()
        self._watchers.listen()
        self._start()
        while not self._is_over():
            self._loop.turn(self._pause())
            now = time.monotonic()
            self._pass_on_output(now)
            self._read_ring()
            if now >= self._next_gauge:
                self._next_gauge = now + GAUGE_SECONDS
                self._tick()
            self._watchers.serve()
        self._close()

    # Beginning and end

    def _heed_signals(self) -> None:
        """The end of the script wakes us; the end of a terminal does not concern us."""
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            end.setblocking(False)
        signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        self._wake = (ours, theirs)
        # Handlers that do nothing: what is ignored would be ignored in the script as well. What
        # was ignored before us is to be ignored there: `nohup` and a shell's ``&`` see to that.
        for number in (signal.SIGHUP, signal.SIGINT):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, lambda *_: None)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        if signal.getsignal(signal.SIGTERM) is not signal.SIG_IGN:
            signal.signal(signal.SIGTERM, lambda *_: self._signal(signal.SIGTERM))
        self._loop.add(ours.fileno(), self._woken)

    def _woken(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._wake[0].recv(4096)
        self._reap()

    def _start(self) -> None:
        events, events_in = os.pipe()
        ring = rings.make()
        outlets = open_outlets(
            self.record.are_terminals, self.record.size, are_one=self.record.are_one
        )
        self._process = subprocess.Popen(
            [sys.executable, *self.record.arguments],
            stdin=0,
            stdout=outlets.output,
            stderr=outlets.error,
            pass_fds=(events_in, ring),
            start_new_session=True,
            cwd=self.record.place,
            env=starting.environment(os.environ, self.record.socket, events_in, ring),
        )
        os.close(events_in)
        outlets.give_away()
        # What is piped into the script is the script's alone.
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.set_blocking(events, False)
        self._events, self._outlets = events, outlets.ours
        self._ring = rings.RingReader(ring)
        # The script's pipe of events may break; what it prints must find a reader.
        self._heir = leave_heir(self.folder / records.LOG, outlets.ours, self._watchers.forsake)
        self._loop.add(events, self._hear)
        for each in self._outlets:
            self._loop.add(each.fd, partial(self._read_output, each))
        if self._gpu.fd >= 0:
            self._loop.add(self._gpu.fd, self._read_gpu)
        self.record.keeper, self.record.script = os.getpid(), self._process.pid
        self._write_record()
        self._say(RunStarted(pid=self._process.pid))

    def _reap(self) -> None:
        status = self._process.poll()
        if status is None or self._ended is not None:
            return
        while self._hear():
            pass
        for each in self._outlets[:]:
            while self._read_output(each):
                pass
        self._pass_on_output(float("inf"))
        self._read_ring()
        self._loop.remove(self._events)
        os.close(self._events)
        # What it has printed to stays open: its children may print there still.
        self._ended = time.monotonic()
        seconds = self._ended - self._began
        if status == 0:
            if not self._is_explained:
                self._say(Noted(about="", text="No backward pass was seen."))
            self._say(RunFinished(final={}, steps=0, seconds=seconds))
        elif status > 0:
            self._say(RunDied(reason=f"ended with exit status {status}", exit_code=status))
        else:
            name = signal.Signals(-status).name
            self._say(RunDied(reason=f"was ended by {name}", signal=-status))
        self.record.status, self.record.seconds = status, seconds
        self._write_record()

    def _is_over(self) -> bool:
        if self._ended is None:
            return False
        if self._watchers.are_waiting:
            return time.monotonic() > self._ended + 6 * LINGER_SECONDS
        return not self._outlets

    def _pause(self) -> float:
        """How long to wait for something to happen."""
        if any(each.printed for each in self._outlets):
            return GATHER_SECONDS
        return RING_SECONDS if self._ended is None else 1.0

    def _close(self) -> None:
        part(self._heir)
        self.log.flush()
        self._gpu.close()
        self._watchers.close()

    def _write_record(self) -> None:
        with contextlib.suppress(OSError):  # a full disk must not end the script
            records.write(self.folder, self.record)

    # The script

    def _hear(self) -> bool:
        """Log what the probe has sent; False when there was nothing."""
        data = self._read(self._events)
        for line in self._lines.feed(data):
            if not self._uuid and b'"gpu-uuid"' in line:
                found = UUID.search(line)
                self._uuid = found[1].decode() if found else ""
            self._log_line(line)
        return bool(data)

    def _log_line(self, line: bytes) -> None:
        if LOSS in line:
            self._heard_loss()
        elif ABOUT_ALL in line:
            # It stands in the place of what we said ourselves, and is not taken back with that.
            self._is_explained, self._is_quiet = True, False
        self.log.append(line + b"\n")

    def _read_output(self, outlet: Outlet) -> bool:
        """Take in what the script has printed; False when there was nothing."""
        data = outlet.read()
        if data is None:
            self._loop.remove(outlet.fd)
            self._outlets.remove(outlet)
            os.close(outlet.fd)
            self._log_printed(outlet, float("inf"))
            return False
        if data:
            # Standard output and error stay in order.
            for other in self._outlets:
                if other is not outlet:
                    self._log_printed(other, time.monotonic() + GATHER_SECONDS)
        outlet.printed.add(data)
        outlet.note()
        self._log_printed(outlet, time.monotonic())
        return bool(data)

    def _pass_on_output(self, now: float) -> None:
        """Log what was printed, when it is due."""
        for each in self._outlets:
            self._log_printed(each, now)

    def _log_printed(self, outlet: Outlet, now: float) -> None:
        if (printed := outlet.printed.take(now)) is not None:
            self._say(printed)
            outlet.note()

    def _read_ring(self) -> None:
        """Log the losses that were written since the last time."""
        for name, (steps, values) in self._ring.read().items():
            self._say(Samples(name=name, steps=steps, values=values))
            if name.startswith("loss"):
                self._heard_loss()
        if self._ring.lost > self._lost_said:
            number = self._ring.lost - self._lost_said
            self._lost_said = self._ring.lost
            self._say(Noted(about="", text=f"{number} losses came too fast and were not kept."))

    def _read(self, fd: int) -> bytes:
        try:
            data = os.read(fd, READ_BYTES)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            self._loop.remove(fd)
        return data

    def _say(self, event: Event) -> None:
        self.log.append(encode(event))

    def _stop(self) -> None:
        """A watcher asks for the end: each time more firmly."""
        self._signal(SIGNALS[min(self._asked, len(SIGNALS) - 1)])
        self._asked += 1

    def _resize(self, columns: int, rows: int) -> None:
        """Give the script's terminal another size, and say so, where it has one."""
        if not any(self.record.are_terminals) or self._ended is not None:
            return
        changed = [resize(each.fd, columns, rows) for each in self._outlets]
        if any(changed):
            self._signal(signal.SIGWINCH)

    def _signal(self, number: signal.Signals) -> None:
        if self._ended is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)

    def _heard_loss(self) -> None:
        self._last_loss, self._is_explained, self._has_heard = time.monotonic(), True, True
        if self._is_quiet:
            self._is_quiet = False
            self._say(Noted(about="", text=""))

    def _say_if_quiet(self) -> None:
        """A screen without a curve says why."""
        quiet = time.monotonic() - self._last_loss
        if self._is_quiet or quiet < QUIET_SECONDS:
            return
        if self._is_explained and not self._has_heard:
            return
        self._is_quiet = self._is_explained = True
        children = len(list(family(self._process.pid))) - 1
        where = f"this process and its {children} children" if children else "this process"
        words = f"No backward pass was seen in {where} for {QUIET_SECONDS:.0f} s."
        self._say(Noted(about="", text=words))

    # Gauges

    def _tick(self) -> None:
        """Once a second: memory, the GPU, a socket that still has its name."""
        self._reap()
        self.log.flush()
        if self._ended is None:
            self._gauge("memory", memory(self._process.pid))
            reading = self._gpu.reading(self._uuid)
            if reading is not None:
                self._gauge("GPU use", reading[0])
                self._gauge("GPU memory", reading[1])
            self._watchers.listen_again()
            self._say_if_quiet()

    def _gauge(self, name: str, value: float | None) -> None:
        """A number over seconds, not over steps."""
        if value is not None:
            seconds = time.monotonic() - self._began
            self._say(Samples(name=name, steps=[seconds], values=[float(value)]))

    def _read_gpu(self) -> None:
        fd = self._gpu.fd
        if not self._gpu.take():
            self._loop.remove(fd)


if __name__ == "__main__":
    theirs_again()
    Keeper(Path(sys.argv[1])).run()
