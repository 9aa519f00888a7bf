"""Which exceptions of a text belong together: what led to the last one, and what only stood there.

A log may tell of an error that was caught and done with, and go on. What ended the program is the
last one; those before it matter where they led to it, or where another process failed first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from engine.doctor import boxes

LINKS = (
    "During handling of the above exception",
    "The above exception was the direct cause",
    "Original Trace",
    "terminated with the following error",
)
HEADER = re.compile(r"Traceback \(most recent call last\)|^_{3,} .+ _{3,}$")
"""What every exception with a place of its own begins with, in pytest the name of the test."""

IGNORED = re.compile(r"^Exception ignored in\b")
RANK = re.compile(r"^\[?rank(\d+)\]?:", re.MULTILINE)

CONSEQUENCES = {
    "ChildFailedError",
    "ProcessRaisedException",
    "ProcessExitedException",
    "SignalException",
    "CalledProcessError",
    "DistBackendError",
    "DistNetworkError",
    "BrokenPipeError",
    "ConnectionResetError",
}
"""What one process says when another has failed."""


def several_ranks(text: str) -> bool:
    """Whether processes of one job speak in it: the first to fail takes the others down."""
    return len({*RANK.findall(text)}) > 1


def led_to_last(lines: list[str], ends: list[int]) -> set[int]:
    """Of the lines that are exceptions, in order, those that belong to the last of them."""
    found = {*ends[-1:]}
    for before, after in reversed([*pairwise(ends)]):
        if not _linked(lines[before + 1 : after]):
            break
        found.add(before)
    return found


def _linked(between: list[str]) -> bool:
    """Whether what stands between two exceptions says that one led to the other.

    One without a traceback of its own is a part of what the other says.
    """
    if any(line.strip().startswith(LINKS) or LINKS[-1] in line for line in between):
        return True
    return not any(HEADER.search(line) or line == boxes.BOX_TOP for line in between)


def ignored(lines: list[str], ends: list[int]) -> Iterator[int]:
    """Exceptions that Python only mentions: raised while something was thrown away."""
    begin = 0
    for end in ends:
        headers = [i for i in range(max(begin, 1), end) if HEADER.search(lines[i])]
        if headers and headers[-1] and IGNORED.match(lines[headers[-1] - 1]):
            yield end
        begin = end + 1
