"""Where a watched script writes: pipes, or a pseudo-terminal where it would have had a terminal."""

from __future__ import annotations

import errno
import fcntl
import mmap
import os
import struct
import termios
from dataclasses import dataclass, field

from engine.watch.printed_text import MOST_GATHERED, PrintedText

READ_BYTES = 1 << 18

LENGTH = struct.Struct("Q")

SHARED_BYTES = MOST_GATHERED + READ_BYTES + 4096
"""As much as may have been read and not been logged."""


@dataclass
class Outlet:
    """One end that the keeper reads."""

    fd: int
    printed: PrintedText
    _shared: mmap.mmap = field(default_factory=lambda: mmap.mmap(-1, SHARED_BYTES))

    def note(self) -> None:
        """Leave what was read and is not logged yet where an heir finds it."""
        held = self.printed.held
        self._shared[: LENGTH.size] = LENGTH.pack(0)
        self._shared[LENGTH.size : LENGTH.size + len(held)] = held
        self._shared[: LENGTH.size] = LENGTH.pack(len(held))

    def noted(self) -> bytes:
        """What the other process, if it was killed, has read and not logged."""
        (length,) = LENGTH.unpack(self._shared[: LENGTH.size])
        return self._shared[LENGTH.size : LENGTH.size + length]

    def read(self) -> bytes | None:
        """What has been written; empty when nothing has, None when nothing will be any more."""
        try:
            data = os.read(self.fd, READ_BYTES)
        except BlockingIOError:
            return b""
        except OSError as error:
            # A pseudo-terminal ends so.
            if error.errno != errno.EIO:
                raise
            return None
        return data or None


def are_one(fd: int, other: int) -> bool:
    """Whether two open files are the same pipe or file: what is written keeps its order there."""
    try:
        return os.path.sameopenfile(fd, other)
    except OSError:
        return False


def open_outlets(
    are_terminals: tuple[bool, bool], size: tuple[int, int], *, are_one: bool = False
) -> Outlets:
    """Standard output and error as whoever watches has them.

    Args:
        are_terminals: whether each is a terminal.
        size: its columns and rows.
        are_one: whether both are one.

    Raises:
        OSError: the system gives none.
    """
    ends: list[tuple[int, int, bool]] = []
    ours, theirs = _terminal(size) if any(are_terminals) else (-1, -1)
    for is_error, is_terminal in enumerate(are_terminals):
        if is_error and are_one:
            ends.append(ends[0])
        elif not is_terminal:
            ends.append((*os.pipe(), bool(is_error)))
        elif is_error and are_terminals[0]:
            ends.append((ours, theirs, False))
        else:
            ends.append((ours, theirs, bool(is_error)))
    outlets = {fd: Outlet(fd, PrintedText(is_error=is_error)) for fd, _, is_error in ends}
    for fd in outlets:
        os.set_blocking(fd, False)
    return Outlets(list(outlets.values()), ends[0][1], ends[1][1])


def _terminal(size: tuple[int, int]) -> tuple[int, int]:
    """A pseudo-terminal that changes no byte and echoes nothing: our end and the script's."""
    ours, theirs = os.openpty()
    modes = termios.tcgetattr(theirs)
    modes[1] &= ~termios.OPOST
    modes[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG)
    termios.tcsetattr(theirs, termios.TCSANOW, modes)
    resize(ours, *size)
    return ours, theirs


def resize(fd: int, columns: int, rows: int) -> bool:
    """Give a terminal this size; False where it has it, and for what is no terminal."""
    try:
        size = struct.pack("HHHH", rows, columns, 0, 0)
        if fcntl.ioctl(fd, termios.TIOCGWINSZ, bytes(8))[:4] == size[:4]:
            return False
        fcntl.ioctl(fd, termios.TIOCSWINSZ, size)
    except (OSError, struct.error):
        return False
    return True


@dataclass
class Outlets:
    """Our ends, and the script's standard output and error."""

    ours: list[Outlet]
    output: int
    error: int

    def give_away(self) -> None:
        """The script has its ends: close ours of them, or nobody would ever see their end."""
        for fd in {self.output, self.error}:
            os.close(fd)
