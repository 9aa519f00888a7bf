"""The keeper: a daemon between a script and its watchers that logs all it hears and serves the log.

``python -P -m engine.watch.keeper FOLDER`` starts the script, and ends when the script has ended
and nobody reads any more. It imports no torch and decides nothing: a watcher that goes away,
however it goes, changes nothing for the script.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from engine.process.framing import Lines
from engine.process.protocol import (
    Event,
    Printed,
    RunDied,
    RunFinished,
    RunStarted,
    Samples,
    Stop,
    decode_command,
    encode,
)
from engine.watch import record as records
from engine.watch.gauge import GpuGauge, memory
from engine.watch.log import Log
from engine.watch.record import Record

READ_BYTES = 1 << 18
GAUGE_SECONDS = 1.0
GATHER_SECONDS = 0.05
"""Printed text is gathered so long: a print of several words is several writes."""
LINGER_SECONDS = 10.0
"""After the end, how long to wait for watchers that come back."""

FREE_OUTPUT = 64 << 20
"""Printed bytes that are logged whole; after that a flood is thinned."""
THINNED_BYTES = 8192

UUID = re.compile(rb'"text":"(GPU-[^"]*)","name":"gpu-uuid"')

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
"""What the script gets when it is asked to end once, twice, three times."""


class Watcher:
    """A connection, and how far in the log it has come."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self.connection = connection
        self.at: int | None = None
        """None until it has said from where it wants the log."""
        self.lines = Lines()


class From(msgspec.Struct):
    """The first line of a watcher: where in the log to begin, in bytes."""

    start: int = 0


class Keeper:
    """One script and everyone who watches it; a single thread that waits for many things."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.record: Record = records.read(folder)
        self.log = Log(folder / records.LOG)
        self._began = time.monotonic()
        self._selector = selectors.DefaultSelector()
        self._watchers: set[Watcher] = set()
        self._output_read = bytearray()
        self._output_due = 0.0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._lines = Lines()
        self._printed = self._lost = self._asked = 0
        self._uuid = ""
        self._gpu = GpuGauge()
        self._ended: float | None = None
        self._next_gauge = 0.0

    def run(self) -> None:
        """From the script's start to the last watcher's leaving."""
        self._heed_signals()
        self._listen()
        self._start()
        while not self._is_over():
            for key, _ in self._selector.select(GATHER_SECONDS if self._output_read else 1.0):
                key.data()
            now = time.monotonic()
            self._pass_on_output(now)
            if now >= self._next_gauge:
                self._next_gauge = now + GAUGE_SECONDS
                self._tick()
            for watcher in list(self._watchers):
                self._serve(watcher)
        self._close()

    # Beginning and end

    def _heed_signals(self) -> None:
        """The end of the script wakes us; the end of a terminal does not concern us."""
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            end.setblocking(False)
        signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        self._wake = (ours, theirs)
        # Handlers that do nothing: what is ignored would be ignored in the script as well.
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGCHLD):
            signal.signal(number, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: self._signal(signal.SIGTERM))
        self._register(ours.fileno(), self._woken)

    def _woken(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._wake[0].recv(4096)
        self._reap()

    def _listen(self) -> None:
        self._server = socket.socket(socket.AF_UNIX)
        with contextlib.suppress(FileNotFoundError):
            Path(self.record.socket).unlink()
        self._server.bind(self.record.socket)
        self._server.listen(16)
        self._server.setblocking(False)
        self._register(self._server.fileno(), self._welcome)

    def _start(self) -> None:
        events, events_in = os.pipe()
        output, output_in = os.pipe()
        command = [sys.executable, "-P", "-m", "engine.watch.script", str(events_in)]
        self._process = subprocess.Popen(
            [*command, *self.record.command],
            stdin=0,
            stdout=output_in,
            stderr=output_in,
            pass_fds=(events_in,),
            start_new_session=True,
            cwd=self.record.folder,
        )
        for fd in (events_in, output_in):
            os.close(fd)
        # What is piped into the script is the script's alone.
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for fd in (events, output):
            os.set_blocking(fd, False)
        self._events, self._output = events, output
        self._register(events, self._hear)
        self._register(output, self._read_output)
        if self._gpu.fd >= 0:
            self._register(self._gpu.fd, self._read_gpu)
        self.record.keeper, self.record.script = os.getpid(), self._process.pid
        self._write_record()
        self._say(RunStarted(pid=self._process.pid))

    def _reap(self) -> None:
        status = self._process.poll()
        if status is None or self._ended is not None:
            return
        while self._hear():
            pass
        while self._read_output():
            pass
        self._pass_on_output(float("inf"))
        for fd in (self._events, self._output):
            self._forget(fd)
            os.close(fd)
        self._ended = time.monotonic()
        seconds = self._ended - self._began
        if status == 0:
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
        if any(watcher.at is None or watcher.at < self.log.end for watcher in self._watchers):
            return time.monotonic() > self._ended + 6 * LINGER_SECONDS
        return True

    def _close(self) -> None:
        self.log.flush()
        self._gpu.close()
        self._server.close()
        with contextlib.suppress(OSError):
            Path(self.record.socket).unlink()
        for watcher in self._watchers:
            watcher.connection.close()

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
            self.log.append(line + b"\n")
        return bool(data)

    def _read_output(self) -> bool:
        """Take in what the script has printed; False when there was nothing."""
        data = self._read(self._output)
        if not self._output_read:
            self._output_due = time.monotonic() + GATHER_SECONDS
        self._output_read += data
        self._printed += len(data)
        over = len(self._output_read) - THINNED_BYTES
        if self._printed > FREE_OUTPUT and over > 0:
            self._lost += over
            del self._output_read[:over]
        if len(self._output_read) > READ_BYTES:
            self._pass_on_output(float("inf"))
        return bool(data)

    def _pass_on_output(self, now: float) -> None:
        """Log what was printed, when it is due."""
        if not self._output_read or now < self._output_due:
            return
        text, lost = self._decoder.decode(bytes(self._output_read)), self._lost
        self._output_read.clear()
        if text:
            self._lost = 0
            self._say(Printed(text=text, lost=lost))

    def _read(self, fd: int) -> bytes:
        try:
            data = os.read(fd, READ_BYTES)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            self._forget(fd)
        return data

    def _say(self, event: Event) -> None:
        self.log.append(encode(event))

    def _signal(self, number: signal.Signals) -> None:
        if self._ended is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)

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
        if not Path(self.record.socket).exists() and self._ended is None:
            self._forget(self._server.fileno())
            self._server.close()
            with contextlib.suppress(OSError):
                Path(self.record.socket).parent.mkdir(mode=0o700, exist_ok=True)
                self._listen()

    def _gauge(self, name: str, value: float | None) -> None:
        """A number over seconds, not over steps."""
        if value is not None:
            seconds = time.monotonic() - self._began
            self._say(Samples(name=name, steps=[seconds], values=[float(value)]))

    def _read_gpu(self) -> None:
        fd = self._gpu.fd
        if not self._gpu.take():
            self._forget(fd)

    # Watchers

    def _welcome(self) -> None:
        with contextlib.suppress(OSError):
            connection, _ = self._server.accept()
            watcher = Watcher(connection)
            self._watchers.add(watcher)
            self._register(connection.fileno(), lambda: self._listen_to(watcher))

    def _listen_to(self, watcher: Watcher) -> None:
        try:
            data = watcher.connection.recv(4096)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._part(watcher)
        for line in watcher.lines.feed(data):
            self._obey(watcher, line)

    def _obey(self, watcher: Watcher, line: bytes) -> None:
        with contextlib.suppress(msgspec.DecodeError):
            if watcher.at is None:
                watcher.at = max(0, msgspec.json.decode(line, type=From).start)
            elif isinstance(decode_command(line), Stop):
                self._signal(SIGNALS[min(self._asked, len(SIGNALS) - 1)])
                self._asked += 1

    def _serve(self, watcher: Watcher) -> None:
        """Send what it lacks, as much as it takes; the log on disk is the only queue."""
        while watcher.at is not None and watcher.at < self.log.end:
            try:
                watcher.at += watcher.connection.send(self.log.read(watcher.at, READ_BYTES))
            except BlockingIOError:
                self._wait_for(watcher, selectors.EVENT_READ | selectors.EVENT_WRITE)
                return
            except OSError:
                self._part(watcher)
                return
        self._wait_for(watcher, selectors.EVENT_READ)

    def _wait_for(self, watcher: Watcher, what: int) -> None:
        if watcher in self._watchers:
            fd = watcher.connection.fileno()
            self._selector.modify(fd, what, lambda: self._listen_to(watcher))

    def _part(self, watcher: Watcher) -> None:
        if watcher in self._watchers:
            self._watchers.discard(watcher)
            self._forget(watcher.connection.fileno())
            watcher.connection.close()

    def _register(self, fd: int, act: Callable[[], object]) -> None:
        self._selector.register(fd, selectors.EVENT_READ, act)

    def _forget(self, fd: int) -> None:
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(fd)


if __name__ == "__main__":
    Keeper(Path(sys.argv[1])).run()
