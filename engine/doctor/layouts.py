"""Traceback layouts: how Python, notebooks, rich and pytest print one, and what they add."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from engine.doctor.boxes import unboxed
from engine.doctor.rules import ESCAPES

MOMENT = r"\[?(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d[\d.,Z+-]*\]?"
LEVEL = r"(?:DEBUG|INFO|WARN(?:ING)?|ERROR|CRITICAL|FATAL)"
AFTER = r"(?:(?<=\])(?:\s?[:|-]\s?|\s)|(?<!\])(?:\s*[:|-]\s?|\s+))"
"""Between a level and the line, whose own indentation stays."""

PREFIX = re.compile(
    r"^(?:\[?rank\d+\]?:\s?"  # torchrun
    r"|E {2,3}(?=\S)|E +(?=\S+:)"  # pytest
    rf"|(?!\[?[IWEF]\d{{4}} )(?:\S+ )?{MOMENT}\s(?:[|-] )?(?:\[?{LEVEL}\]?{AFTER})?"  # loggers
    rf"|\[?{LEVEL}\]?{AFTER}(?=.)"
    r")"
)
"""What stands before each line."""

GLOG = re.compile(r"^\[?[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ ")
"""A line of a log such as torchrun's: no part of a message above it."""

GROUP = re.compile(r"^\s*[|+](?: |$)")
"""What stands before each line of a group of exceptions, the rows between them apart."""

ROW = re.compile(r"^(?P<lead>\s*(?:\+-)?)\+-{16} (?:\d+|\.\.\.) -{16}$")
CLOSING = re.compile(r"^\s*\+-{36}$")

GROUP_END = "+ end of the group"
"""A line of `plain` that stands for what was around the others."""

FRAMES = (
    # Python itself.
    re.compile(r'^\s*File "(?P<file>[^"]+)", line (?P<line>\d+)(?:, in (?P<function>.+))?$'),
    # Notebooks.
    re.compile(r"^File (?P<file>\S.*?):(?P<line>\d+), in (?P<function>[\w.<>]+).*$"),
    re.compile(r"^(?P<file>(?:Cell|Input) In ?\[\d+\]), (?:line (?P<line>\d+)|in .*)$"),
    # Older notebooks, which tell the number with the code.
    re.compile(
        r"^(?P<file><ipython-input-\S+>|(?:/|~|[A-Z]:).*\.py)"
        r" in (?P<function><[^>]*>|[\w.]+)(?:\(.*)?$"
    ),
    # rich, without its frame.
    re.compile(r"^(?P<file>/\S+|<\S+>|\S+\.py):(?P<line>\d+) in (?P<function>\S+)$"),
)

ARROW = re.compile(r"^(?:-+>|❱) *(?P<line>\d+) [│ ]*(?P<source>.*)$")
"""The failing line among its neighbours."""

PYTEST_LINE = re.compile(r"^>\s{3,}(?P<source>\S.*)$")
PYTEST_DEF = re.compile(r"^ {4}(?:async )?def (?P<name>\w+)\(")
"""The function whose code stands above a place."""

ASSERTED = re.compile(r"^E {3,}assert\b")
"""Of a plain assertion pytest names no class."""

PYTEST_PLACE = re.compile(r"^(?P<file>\S+\.py):(?P<line>\d+):(?: in (?P<function>\S+)| [A-Z]\w+)?$")
"""Unlike everyone else, pytest puts the place below the code."""

QUOTED = re.compile(r"^> ?Traceback \(most recent", re.MULTILINE)
"""As in a mail."""

GROUP_HEADER = "+ Exception Group Traceback"
HEADER = re.compile(r"(?P<before>[^+|]*[^\s+|].*?)Traceback \(most recent call last\):$")
"""The first line of a traceback behind something else; groups of exceptions have bars."""

LOGURU = re.compile(r'^(?:> | {2})File "')
"""loguru marks the frame where an exception was caught, and has an empty line between frames."""

VALUE = re.compile(r"^\s+(?:│|└ )")
"""Of loguru's, below the code."""


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
    # Windows writes them the other way round.
    file = groups["file"].replace("\\", "/")
    return Frame(file, int(groups.get("line") or 0), groups.get("function") or "")


def row(line: str) -> int | None:
    """The column of a row above an exception in a group; None for any other line."""
    found = ROW.match(line)
    return len(found["lead"]) if found else None


def indent(line: str) -> int:
    """How many spaces a line begins with."""
    return len(line) - len(line.lstrip())


def plain(text: str) -> list[str]:
    """Its lines without colours, prefixes of loggers, and frames drawn around them."""
    if QUOTED.search(text):
        text = re.sub(r"^> ?", "", text, flags=re.MULTILINE)
    shown = _unprefixed([ESCAPES.sub("", line) for line in text.splitlines()])
    shown = [*_with_class([*_close(unboxed(shown))])]
    return [*_ungrouped([_bare(line) for line in shown])]


def _close(lines: Iterable[str]) -> Iterator[str]:
    """Lines of which loguru's tracebacks stand together, without the values below the code."""
    inside, before = False, ("", "")
    for line in lines:
        headed = before[0].endswith("Traceback (most recent call last):") and not before[1]
        before = before[1], line.strip()
        inside = inside or (headed and LOGURU.match(line) is not None)
        if inside and (not line.strip() or VALUE.match(line)):
            continue
        inside = inside and (line.startswith(" ") or LOGURU.match(line) is not None)
        yield f"  {line[2:]}" if inside else line


def _with_class(lines: list[str]) -> Iterator[str]:
    """Lines of which pytest's plain assertions have their class before them, as the others do."""
    for before, line in pairwise(["", *lines]):
        first = ASSERTED.match(line) and not before.startswith("E ")
        yield line.replace("E  ", "AssertionError:", 1) if first else line


def _unprefixed(lines: list[str]) -> list[str]:
    """Lines without what a logger or a container puts before each: what stands before a header.

    Numbers in it may differ from line to line, as in a time. The bars of groups of exceptions stay.
    """
    if any(GROUP_HEADER in line for line in lines):
        return lines
    found = {
        match["before"]
        for line, following in pairwise(lines)
        if (match := HEADER.match(line)) and _before(match["before"]).match(following)
    }
    for before in sorted(found, key=len, reverse=True):
        pattern = _before(before)
        lines = [pattern.sub("", line) for line in lines]
    return lines


def _before(prefix: str) -> re.Pattern[str]:
    """What matches a prefix on other lines, and on empty ones what is left of it."""
    text, spaces = prefix.rstrip(), len(prefix) - len(prefix.rstrip())
    digits = re.sub(r"\d+", r"\\d+", re.escape(text))
    return re.compile(rf"{digits}(?: {{{spaces}}}|\s*$)")


def _ungrouped(lines: list[str]) -> Iterator[str]:
    """Lines without what stands before those of a group; its rows and its end stay."""
    inside = False
    for line in lines:
        if ROW.match(line):
            inside = True
            yield line
        elif CLOSING.match(line):
            yield ""
        else:
            if inside and line and not GROUP.match(line):
                inside = False
                yield GROUP_END
            yield GROUP.sub("", line)


def _bare(line: str) -> str:
    if PYTEST_LINE.match(line):
        return line.rstrip()
    return PREFIX.sub("", line).rstrip()
