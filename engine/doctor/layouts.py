"""Traceback layouts: how Python, notebooks, rich and pytest print one, and what they add."""

from __future__ import annotations

import re
from typing import NamedTuple

from engine.doctor.rules import ESCAPES

MOMENT = r"\[?(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d[\d.,Z+-]*\]?"
LEVEL = r"(?:DEBUG|INFO|WARN(?:ING)?|ERROR|CRITICAL|FATAL)"

PREFIX = re.compile(
    r"^(?:\[?rank\d+\]?:\s?"  # torchrun
    r"|E {2,3}(?=\S)|E +(?=\S+:)"  # pytest
    rf"|(?:\S+ )?{MOMENT}\s(?:[|-] )?(?:\[?{LEVEL}\]?[\s:|-]*)?"  # loggers, containers
    rf"|\[?{LEVEL}\]?[: |-]+(?=\S)"
    r"|\s*[|+][ -]{1,2}(?=\S| {2,}\S)"  # groups of exceptions
    r")"
)
"""What stands before each line."""

FRAMES = (
    # Python itself.
    re.compile(r'^\s*File "(?P<file>[^"]+)", line (?P<line>\d+)(?:, in (?P<function>.+))?$'),
    # Notebooks.
    re.compile(r"^File (?P<file>\S.*?):(?P<line>\d+), in (?P<function>[\w.<>]+).*$"),
    re.compile(r"^(?P<file>(?:Cell|Input) In ?\[\d+\]), (?:line (?P<line>\d+)|in .*)$"),
    # rich, without its frame.
    re.compile(r"^(?P<file>/\S+|<\S+>|\S+\.py):(?P<line>\d+) in (?P<function>\S+)$"),
)

ARROW = re.compile(r"^(?:-+>|❱) ?(?P<line>\d+) [│ ]*(?P<source>.*)$")
"""The failing line among its neighbours."""

PYTEST_LINE = re.compile(r"^>\s{3,}(?P<source>\S.*)$")
PYTEST_PLACE = re.compile(r"^(?P<file>\S+\.py):(?P<line>\d+):(?: in (?P<function>\S+)| [A-Z]\w+)?$")
"""Unlike everyone else, pytest puts the place below the code."""

QUOTED = re.compile(r"^> ?Traceback \(most recent", re.MULTILINE)
"""As in a mail."""

CUT = re.compile(r"^\S+:\d+ in$")
BORDER = re.compile(r"[╭╰][─ ].*[─ ][╮╯]")


class Frame(NamedTuple):
    """Where a line of a traceback says that something happened."""

    file: str
    line: int
    function: str


def frame(line: str) -> Frame | None:
    """The place a line names, if it names one."""
    for layout in FRAMES:
        if found := layout.match(line):
            return _frame(found)
    return None


def frame_below(line: str) -> Frame | None:
    """The place of the code above this line, if it names one."""
    found = PYTEST_PLACE.match(line)
    return _frame(found) if found else None


def _frame(found: re.Match[str]) -> Frame:
    groups = found.groupdict()
    return Frame(groups["file"], int(groups["line"] or 0), groups.get("function") or "")


def plain(text: str) -> list[str]:
    """Its lines without colours, prefixes of loggers, and frames drawn around them."""
    lines: list[str] = []
    if QUOTED.search(text):
        text = re.sub(r"^> ?", "", text, flags=re.MULTILINE)
    for line in text.splitlines():
        line = _bare(ESCAPES.sub("", line))
        if lines and CUT.search(lines[-1]):
            # rich breaks long places in two.
            line = f"{lines.pop()} {line}"
        lines.append(line)
    return lines


def _bare(line: str) -> str:
    if PYTEST_LINE.match(line):
        return line.rstrip()
    if "│" in line or BORDER.search(line):
        return _unboxed(line)
    return PREFIX.sub("", line).rstrip()


def _unboxed(line: str) -> str:
    """A line of a box in a box has a bar at each side of both."""
    if BORDER.search(line):
        return ""
    line = line.strip()
    while line.startswith("│"):
        line = line[1:].removesuffix("│").strip()
    return line
