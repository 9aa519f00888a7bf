"""Numbers in memory that a script and its keeper share: written without a system call.

What has been written is there however the script ends, and while it pauses. The keeper reads often
enough; should it not, the oldest numbers are overwritten, and it knows how many.
"""

from __future__ import annotations

import mmap
import os
import struct
import tempfile

SLOTS = 1 << 15
"""Numbers kept."""

NAMES, NAME_BYTES = 64, 64
"""Series, and bytes of a name, at most."""

WORDS = 4
"""Of eight bytes each, in a slot: its number, the step, the value, the number of the name."""

START = 8 * 2
NAMES_BYTES = NAMES * NAME_BYTES
SLOTS_AT, SLOT_BYTES = START + NAMES_BYTES, WORDS * 8
BYTES = SLOTS_AT + SLOTS * SLOT_BYTES

_write = struct.Struct(f"={WORDS}d").pack_into


def make() -> int:
    """A file descriptor of memory that a child may inherit.

    Raises:
        OSError: there is no room.
    """
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create("tocha-watch")
    else:
        with tempfile.TemporaryFile() as file:
            fd = os.dup(file.fileno())
    os.ftruncate(fd, BYTES)
    return fd


class Ring:
    """Either end of it. The first word counts what was written, the second the names."""

    def __init__(self, fd: int) -> None:
        self._map = mmap.mmap(fd, BYTES)
        whole = memoryview(self._map)
        self._head = whole[:START].cast("d")
        self._names = whole[START : START + NAMES_BYTES]
        self._slots = whole[START + NAMES_BYTES :].cast("d")
        self._numbers: dict[str, int] = {}
        self._count = int(self._head[0])

    def write(self, step: int, name: str, value: float) -> None:
        """Add a number; one whose name is the 65th is left out."""
        number = self._numbers.get(name)
        if number is None:
            number = self._number(name)
        if number >= NAMES:
            return
        count = self._count
        self._count = new = count + 1
        _write(self._map, SLOTS_AT + count % SLOTS * SLOT_BYTES, new, step, value, number)
        # Last of all: nobody reads beyond what is counted.
        self._head[0] = new

    def _number(self, name: str) -> int:
        number = self._numbers[name] = len(self._numbers)
        if number < NAMES:
            # Cut between characters, not within one.
            word = name.encode()[:NAME_BYTES].decode("utf-8", "ignore").encode()
            place = number * NAME_BYTES
            self._names[place : place + NAME_BYTES] = word.ljust(NAME_BYTES, b"\0")
        return number


class RingReader:
    """The keeper's end."""

    def __init__(self, fd: int) -> None:
        self._ring = Ring(fd)
        self._at = 0
        self.lost = 0
        """Numbers that were overwritten before they were read."""

    def read(self) -> dict[str, tuple[list[float], list[float]]]:
        """Steps and values written since the last time, by name."""
        ring = self._ring
        end = int(ring._head[0])
        if end - self._at > SLOTS:
            self.lost += end - SLOTS - self._at
            self._at = end - SLOTS
        found: dict[str, tuple[list[float], list[float]]] = {}
        for number in range(self._at, end):
            at = number % SLOTS * WORDS
            written, step, value, name = ring._slots[at : at + WORDS].tolist()
            if written != number + 1:
                self.lost += 1
                continue
            steps, values = found.setdefault(self._name(int(name)), ([], []))
            steps.append(step)
            values.append(value)
        self._at = end
        return found

    def _name(self, number: int) -> str:
        place = number * NAME_BYTES
        return bytes(self._ring._names[place : place + NAME_BYTES]).rstrip(b"\0").decode()
