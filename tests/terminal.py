"""A real terminal: a program in a pty, keys to press, a screen to read, bytes to count."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import psutil
import pyte

from tests.environment import MARK, ROOT, left_alive, marked
from tests.environment import seconds as scaled
from tests.warm.starting import take_terminal

T = TypeVar("T")

TOCHA = (sys.executable, "-P", "-m", "tui")
"""The app as a person starts it."""

PATIENCE_SECONDS = 60.0
"""How long to wait for what must come, on a quiet machine; a busy one is given longer."""

KEYS = {
    "enter": "\r", "escape": "\x1b", "tab": "\t", "space": " ", "backspace": "\x7f",
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "shift+tab": "\x1b[Z",
    "f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS", "f5": "\x1b[15~",
    "f7": "\x1b[18~", "f8": "\x1b[19~", "f9": "\x1b[20~", "delete": "\x1b[3~",
    "shift+down": "\x1b[1;2B",
}  # fmt: skip

UNKNOWN = re.compile(
    rb"\x1b\[\?\d+\$p"  # may I use this mode?
    rb"|\x1b\[[<>=?][\d;]*u"  # kitty keyboard
    rb"|\x1b\[>[\d;]*[qm]"
    rb"|\x1b_.*?\x1b\\|\x1bP.*?\x1b\\"  # strings to the terminal itself
    rb"|\x1b\]8;.*?(?:\x07|\x1b\\)",  # links
    re.DOTALL,
)
"""Sequences that pyte does not know and would print as text."""

UNFINISHED = re.compile(rb"\x1b(?:\[[\d;?<=>$]*|[P_\]][^\x07\x1b]*\x1b?)?\Z")
"""The start of a sequence at the end of what has come."""

LEFT_ALTERNATE_SCREEN = b"\x1b[?1049l"
SHOWN_CURSOR = b"\x1b[?25h"


def encoded(key: str) -> bytes:
    """What a terminal sends for a key, by name or character; ``ctrl+x`` works for letters."""
    if key.startswith("ctrl+"):
        return bytes([ord(key[-1].upper()) & 0x1F])
    return KEYS.get(key, key).encode()


class Cell(NamedTuple):
    """One character cell; colours are "rrggbb" or pyte's names."""

    text: str
    ink: str
    paper: str
    bold: bool = False
    underscore: bool = False
    reverse: bool = False
    """Ink and paper are exchanged on the screen, not here."""


class EndedError(AssertionError):
    """The program ended while something was still expected of it."""


class Terminal:
    """A program in a pty of its own session, with the screen it has painted so far.

    Bytes are read when something waits for them and drawn when somebody looks: counting bytes costs
    next to nothing. Nothing here sleeps.
    """

    def __init__(
        self,
        command: Sequence[str] = TOCHA,
        *,
        environment: Mapping[str, str],
        columns: int = 120,
        rows: int = 40,
        cwd: Path = ROOT,
        before: Callable[[], None] | None = None,
    ) -> None:
        """Start ``command``; ``before`` runs in its process, just ahead of it."""
        self.received = 0
        self.raw = bytearray()
        """Everything the program has written."""
        self.mark = environment[MARK]
        self.home = Path(environment["TOCHA_HOME"])
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._undrawn = bytearray()
        self._fd, inside = pty.openpty()
        self.resize(columns, rows)
        self.modes_before = termios.tcgetattr(self._fd)

        def take_terminal_before() -> None:
            take_terminal()
            if before is not None:
                before()

        self.started = time.monotonic()
        self.process = subprocess.Popen(
            command,
            stdin=inside,
            stdout=inside,
            stderr=inside,
            start_new_session=True,
            preexec_fn=take_terminal_before if before else take_terminal,
            env=dict(environment),
            cwd=cwd,
        )
        os.close(inside)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        """End whatever is left, so that one failure does not become many."""
        self.hang_up()
        for process in marked(self.mark):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.kill()
        self.process.wait()

    # Acting

    def press(self, *keys: str) -> None:
        """Press keys, by name or character; ``ctrl+x`` works for letters."""
        for key in keys:
            os.write(self._fd, encoded(key))

    def pour(self, data: bytes) -> None:
        """Send more than a terminal takes at once; what the program answers is read meanwhile."""
        left = memoryview(data)
        while left:
            _, writable, _ = select.select([], [self._fd], [], 0.01)
            if writable:
                left = left[os.write(self._fd, left[:4096]) :]
            self.read(0.0)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size; the program gets SIGWINCH."""
        self._draw()
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._screen.resize(rows, columns)

    def send(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        self.process.send_signal(number)

    def hang_up(self) -> None:
        """Take the terminal away, as a dropped connection does."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    # Waiting

    def read(self, seconds: float) -> int:
        """Take in what arrives within ``seconds``; bytes read at the first arrival, 0 if none.

        Raises:
            EndedError: the program is gone.
        """
        ready, _, _ = select.select([self._fd], [], [], max(0.0, seconds))
        if not ready:
            return 0
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:
            data = b""
        if not data:
            raise EndedError(f"the program ended\n{self.text}")
        self.received += len(data)
        self.raw += data
        self._undrawn += data
        return len(data)

    def until(
        self, wanted: str | Callable[[Terminal], T], seconds: float = PATIENCE_SECONDS
    ) -> T | str:
        """Wait until the screen shows a text, or until a function of this terminal is true.

        Raises:
            AssertionError: it did not come, with the screen as it is instead.
        """
        found = self.wait_for(wanted, seconds)
        assert found, f"{wanted!r} did not come in {seconds} s\n{self.text}"
        return found

    def wait_for(
        self, wanted: str | Callable[[Terminal], T], seconds: float = PATIENCE_SECONDS
    ) -> T | str | None:
        """Like `until`, but nothing is wrong when it does not come."""
        began = time.monotonic()
        while not (found := self._found(wanted)):
            left = began + scaled(seconds) - time.monotonic()
            if left <= 0:
                break
            self.read(left)
        return found

    def _found(self, wanted: str | Callable[[Terminal], T]) -> T | str | None:
        if callable(wanted):
            return wanted(self)
        return wanted if wanted in self.text else None

    def listen(self, seconds: float) -> int:
        """Read for ``seconds`` without drawing; bytes received meanwhile."""
        before, end = self.received, time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.read(left)
        return self.received - before

    def until_quiet(self, quiet: float = 0.3, seconds: float = PATIENCE_SECONDS) -> None:
        """Read until nothing has come for ``quiet`` seconds."""
        end = time.monotonic() + scaled(seconds)
        while time.monotonic() < end and self.read(quiet):
            pass

    def exit_status(self, seconds: float = PATIENCE_SECONDS) -> int:
        """Wait for the program's end; its exit status, negative for a signal."""
        end = time.monotonic() + scaled(seconds)
        try:
            while self._fd >= 0 and (left := end - time.monotonic()) > 0:
                self.read(left)
        except EndedError:
            pass
        try:
            return self.process.wait(max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            alive = [f"{p.cmdline()}: {p.status()}" for p in marked(self.mark)]
            raise AssertionError(f"alive after {seconds} s: {alive}\n{self.text}") from None

    def left_alive(self) -> list[str]:
        """Processes of this program that outlive it; waits for them to end."""
        return left_alive(self.mark)

    # Looking

    @property
    def text(self) -> str:
        """The screen, row under row."""
        self._draw()
        return "\n".join(line.rstrip() for line in self._screen.display)

    def row_with(self, words: str) -> str:
        """The first row that holds these words; empty when none does."""
        return next((row for row in self.text.splitlines() if words in row), "")

    def cells(self) -> list[list[Cell]]:
        """Every cell of the screen, row by row."""
        self._draw()
        screen = self._screen
        return [
            [
                Cell(c.data, c.fg, c.bg, c.bold, c.underscore, c.reverse)
                for c in (screen.buffer[y][x] for x in range(screen.columns))
            ]
            for y in range(screen.lines)
        ]

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self._screen.columns, self._screen.lines

    @property
    def modes(self) -> list[Any]:
        """The line discipline as it is now, like `modes_before`."""
        return termios.tcgetattr(self._fd)

    def _draw(self) -> None:
        data = bytes(self._undrawn)
        cut = UNFINISHED.search(data)
        end = cut.start() if cut else len(data)
        del self._undrawn[:end]
        if end:
            self._stream.feed(UNKNOWN.sub(b"", data[:end]))
