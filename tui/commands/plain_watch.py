"""``tocha watch --plain``: the script's output as it is, with a line of numbers now and then."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from engine.process.protocol import Finding, Noted, Printed
from engine.watch.follower import Follower, Lost
from tui.state.watched_script import WatchedScript
from tui.terminal.escape import one_line

NUMBERS_SECONDS = 10.0

DETACHED = 0
"""Exit status when the script was left running."""


class PlainWatch:
    """Follows a script to its end, or to the end of who reads."""

    def __init__(self, place: Path) -> None:
        self._follower = Follower(place)
        self._watched = WatchedScript(self._follower.record)
        self._next_numbers = time.monotonic() + NUMBERS_SECONDS
        self._is_asking = False
        self._reading: asyncio.Task[None] | None = None
        self._at_line_start = True

    async def run(self) -> int:
        """Follow; the exit status."""
        self._heed_signals()
        self._reading = asyncio.current_task()
        self._resized()
        try:
            await self._follow()
        except asyncio.CancelledError:
            return self._detached()
        except Lost:
            self._say("is out of reach: whoever kept it is gone")
            return 1
        self._numbers()
        record = self._follower.record
        if record.status:
            self._say(self._watched.state)
        return record.exit_status

    async def _follow(self) -> None:
        async for events in self._follower.batches():
            self._watched.hear(events)
            for event in events:
                if isinstance(event, Printed):
                    self._pass_on_print(event)
                elif isinstance(event, Noted) and event.text and not event.about:
                    self._say(event.text)
                elif isinstance(event, Finding):
                    self._say(
                        f"step {event.step}: {event.title}: {event.says} {event.fix}".rstrip()
                    )
            # A progress bar may never end its line: then it is broken now and then.
            if self._are_due(0.0 if self._at_line_start else NUMBERS_SECONDS):
                self._numbers()

    def _are_due(self, later: float = 0.0) -> bool:
        return time.monotonic() >= self._next_numbers + later

    def _numbers(self) -> None:
        self._next_numbers = time.monotonic() + NUMBERS_SECONDS
        numbers = "  ".join(f"{name} {text}" for name, text in self._watched.numbers())
        if numbers:
            self._say(numbers)

    def _say(self, words: str) -> None:
        """A line of our own, told apart from the script's."""
        start = "" if self._at_line_start else "\n"
        line = one_line(f"[{self._watched.record.title}] {words}")
        self._write(f"{start}{line}\n".encode(), sys.stdout)

    def _pass_on_print(self, printed: Printed) -> None:
        """What the script wrote, byte by byte, to where it wrote it."""
        if printed.lost:
            self._say(f"{printed.lost:,} bytes of its output were too many to keep")
        data = printed.raw or printed.text.encode()
        to = sys.stderr if printed.is_error else sys.stdout
        # What is piped comes in pieces that end anywhere: ours stands between two lines.
        lines = data[: data.rfind(b"\n") + 1]
        if lines and self._are_due():
            self._write(lines, to)
            self._numbers()
            data = data[len(lines) :]
        if data:
            self._write(data, to)

    def _write(self, data: bytes, to: TextIO) -> None:
        try:
            to.buffer.write(data)
            to.buffer.flush()
        except BrokenPipeError:
            # Who reads (head, say) has seen enough; the script goes on.
            os.dup2(os.open(os.devnull, os.O_WRONLY), to.fileno())
            self._leave()
        self._at_line_start = data.endswith(b"\n")

    # Signals

    def _heed_signals(self) -> None:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, self._interrupted)
        loop.add_signal_handler(signal.SIGTERM, self._pass_on, signal.SIGTERM)
        loop.add_signal_handler(signal.SIGHUP, self._leave)
        loop.add_signal_handler(signal.SIGWINCH, self._resized)

    def _resized(self) -> None:
        """The script's terminal has the size of this one, where this is one."""
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):
                self._follower.resize(*os.get_terminal_size(stream.fileno()))
                return

    def _interrupted(self) -> None:
        """ctrl+c asks where somebody can answer, and is passed on where nobody can."""
        if self._is_asking or not (sys.stdin.isatty() and sys.stdout.isatty()):
            self._follower.stop()
            return
        self._is_asking = True
        self._say("End it? y ends it, q leaves it running, anything else goes on.")
        asyncio.get_running_loop().add_reader(sys.stdin, self._answered)

    def _answered(self) -> None:
        asyncio.get_running_loop().remove_reader(sys.stdin)
        self._is_asking = False
        answer = sys.stdin.readline().strip().lower()
        if answer == "y":
            self._follower.stop()
        elif answer == "q":
            self._leave()
        else:
            self._say("It goes on.")

    def _pass_on(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._follower.record.script, number)

    def _leave(self) -> None:
        if self._reading is not None:
            self._reading.cancel()

    def _detached(self) -> int:
        record = self._follower.record
        with suppress(OSError):
            title = one_line(record.title)
            sys.stderr.write(f"{title} runs on; tocha attach {record.number} comes back.\n")
        return DETACHED
