"""A run as the server supervises it: events relayed, time limited, stopped by signals, reaped."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from engine.process.crash_report import CrashReport
from engine.process.framing import Lines
from engine.process.in_line import seconds_in_line
from engine.process.launch import Launched
from engine.process.outbox import Outbox
from engine.process.protocol import DEAF, Command, Event, Printed, RunDied, RunStopped, Stop, encode
from engine.process.tail import Tail

INTERRUPT_AFTER, KILL_AFTER = 0.06, 0.4
"""Seconds after a stop was asked for: some C calls never hear the interrupt, and some runs have
workers to send home first. The next run does not wait for any of it."""

GRACE_SECONDS = 0.5
"""A run that has a time limit ends itself and says where it was; this much later it is killed."""

LAST_KINDS = (b'"run_finished"', b'"run_stopped"', b'"run_failed"', b'"run_unavailable"')

READ_BYTES = 1 << 18


class SupervisedRun:
    """The server's side of a run: a process with its pipes. No read waits; lines go on whole."""

    def __init__(
        self, run_id: int, launched: Launched, outbox: Outbox, seconds: float = 0.0
    ) -> None:
        self.run_id = run_id
        self.pid = launched.pid
        self.events = launched.events
        self.output = launched.output
        self.tail = Tail()
        self._report = CrashReport()
        self.readable = {launched.events, launched.output}
        """Our ends of its pipes that have not reached end of file."""
        self.status: int | None = None
        """What waitpid said, once the process has ended."""
        self._control = Outbox(launched.control)
        self._outbox = outbox
        self._lines = Lines()
        self._ended = False
        self._wanted = False
        """The screen asked for its end."""
        self._stop_asked: float | None = None
        self._interrupted = False
        self._killed_for = ""
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds + GRACE_SECONDS if seconds else None

    def tell(self, command: Command) -> None:
        """Pass a command on to the run."""
        self._control.add(encode(command))
        self._control.pump()

    def relay(self) -> bool:
        """Pass on the events that have come; False when there were none."""
        data = self._read(self.events)
        for line in self._lines.feed(data):
            if any(kind in line[:32] for kind in LAST_KINDS):
                # What was printed before the end must be told before it: one read takes it all.
                self._ended = True
                self._pass_on_all()
            elif b'"printed"' in line[:32]:
                # What the run says of itself stands below what its code has printed before.
                self._pass_on_all()
            self._outbox.add(line + b"\n")
        return bool(data)

    def _pass_on_all(self) -> None:
        self.listen()
        self.pass_on_output(float("inf"))

    def listen(self) -> bool:
        """Take in what was printed; False when there was nothing."""
        data = self._read(self.output)
        self.tail.add(self._report.feed(data))
        return bool(data)

    def _read(self, fd: int) -> bytes:
        try:
            data = os.read(fd, READ_BYTES)
        except BlockingIOError:
            return b""
        if not data:
            self.readable.discard(fd)
        return data

    @property
    def has_hung_up(self) -> bool:
        """Whether the run closed its event pipe: nothing can be heard of it any more."""
        return self.events not in self.readable

    def pass_on_output(self, now: float) -> None:
        """Send what was printed, when it is due."""
        if self.tail and now >= self.tail.due:
            text, lost = self.tail.take(now)
            self.say(Printed(self.run_id, text=text, lost=lost))

    def say(self, event: Event) -> None:
        """Send an event of the server's own about this run."""
        self._outbox.add(encode(event))

    def stop(self, now: float, *, wanted: bool = True) -> None:
        """Ask the run to end; `escalate` makes it. ``wanted``: the screen wants it."""
        self._wanted |= wanted
        if self._stop_asked is None:
            self._stop_asked = now
            self.tell(Stop(self.run_id))

    def escalate(self, now: float) -> None:
        """Escalate a stop: interrupt, then kill. A run beyond its time limit is killed at once."""
        if self._deadline is not None and now >= self._deadline + seconds_in_line(self.pid):
            self.kill(f"ran longer than its limit of {self._seconds:g} s and was ended")
        if self._stop_asked is None or self.status is not None:
            return
        waited = now - self._stop_asked
        if waited >= KILL_AFTER:
            self.kill("did not answer and was killed")
        elif waited >= INTERRUPT_AFTER and not self._interrupted:
            self._interrupted = True
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGINT)

    def next_escalation(self) -> float | None:
        """When `escalate` has something to do, or None."""
        if self._killed_for:
            return None
        if self._stop_asked is None:
            return self._deadline and self._deadline + seconds_in_line(self.pid)
        return self._stop_asked + (KILL_AFTER if self._interrupted else INTERRUPT_AFTER)

    def kill(self, reason: str) -> None:
        """End the whole process group at once."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        if self.status is None:
            self._killed_for = self._killed_for or reason
            # Right after the fork the group is not there yet.
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def next_output(self) -> float | None:
        """When `pass_on_output` has something to do, or None."""
        return self.tail.due if self.tail else None

    def reap(self) -> None:
        """The process has ended: pass on its last words, end what it left behind, tell why."""
        # First the rest of its group: a grandchild that writes on would keep us reading.
        self.kill("")
        while self.relay():
            pass
        while self.listen():
            pass
        self.tail.add(self._report.rest())
        self.pass_on_output(float("inf"))
        if not self._ended:
            self.say(self._last_event())
        for fd in (self.events, self.output, self._control.fd):
            os.close(fd)

    def _last_event(self) -> RunDied | RunStopped:
        """What its own last word would have been: one asked to end may do so before it begins."""
        code = os.waitstatus_to_exitcode(self.status or 0)
        was_asked = self._wanted and not self._killed_for
        if was_asked and code in (0, -signal.SIGINT):
            return RunStopped(self.run_id, final={}, steps=0, seconds=0.0)
        return self._death(code)

    def _death(self, code: int) -> RunDied:
        if self._killed_for:
            reason = self._killed_for
        elif code < 0:
            reason = f"crashed ({signal.Signals(-code).name})"
        elif code == DEAF:
            reason = "closed every open file, and so could not say how it ended"
        else:
            reason = f"left without a word (exit status {code})"
        if code < 0:
            return RunDied(self.run_id, reason=reason, signal=-code)
        return RunDied(self.run_id, reason=reason, exit_code=code)


def resident_bytes(pid: int) -> int:
    """Memory a process holds, in bytes; 0 where that cannot be told."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
