"""Tracebacks as rich draws them: a box that breaks long lines, as plain lines again.

rich breaks the places of frames and the message where the terminal ends, and cuts code off there;
in a pipe that is after 80 columns. A place may be broken anywhere, in the middle of its number too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

BOX_TOP, BOX_BOTTOM = "╭ Traceback", "╰"
"""What stands for the two rims of a box."""

TOP = re.compile(r"╭─.*Traceback \(most recent call last\).*─╮\s*$")
RIM = re.compile(r"^[╭╰][─ ].*[─ ][╮╯]$")
PLACE = re.compile(r"^(?P<file>.*[^\s:]):(?P<line>\d+)(?: in (?P<function>.+))?$")
NO_FILE = re.compile(r"^in (?P<function>.+):(?P<line>\d+)$")
"""A place in code that is in no file."""

NOWHERE = "<unknown>"
NUMBER = re.compile(r":\d+$")
CODE = re.compile(r"^(?P<number>(?:❱ | {2}) *\d+ )(?P<code>.*)$")
MOST_CODE = 88
"""Characters of a line of code that rich shows, unless told otherwise."""

CUT = " ..."
"""Behind code that goes on."""

MOST_BROKEN = 60
"""Lines that one message is broken into."""


def unboxed(lines: list[str]) -> Iterator[str]:
    """All lines, those of boxes without their rims, with places and messages in one line each."""
    index = 0
    while index < len(lines):
        if TOP.search(lines[index]):
            left, width = lines[index].index("╭"), len(lines[index].rstrip())
            index += 1
            body: list[str] = []
            while index < len(lines) and lines[index][left : left + 1] == "│":
                body.append(lines[index][left:].rstrip())
                index += 1
            yield BOX_TOP
            yield from _frames(body, width - left - len("│  │"))
            if lines[index : index + 1] and lines[index][left : left + 1] == "╰":
                index += 1
                message, count = _mended(lines[index:], left, width - left)
                index += count
                yield from (BOX_BOTTOM, message)
        else:
            yield lines[index]
            index += 1


def _frames(body: list[str], width: int) -> Iterator[str]:
    """Places as Python writes them, code without what is beside it, variables as they are."""
    broken: list[str] = []
    for line in (each.removeprefix("│").removesuffix("│")[1:].rstrip() for each in body):
        if line and not line.startswith((" ", "│", "❱", "╭", "╰")):
            broken.append(line)
            continue
        yield from _places(broken, width)
        broken = []
        if code := CODE.match(line):
            whole = len(line) < width and len(code["code"]) < MOST_CODE
            yield line if whole else f"{line}{CUT}"
        elif not RIM.match(line):
            yield _inside(line)
    yield from _places(broken, width)


def _places(broken: list[str], width: int) -> Iterator[str]:
    """The places that these lines are: without code, nothing stands between them."""
    begin = 0
    for end, line in enumerate(broken[1:], 1):
        goes_on = line.startswith("in ") and not NO_FILE.match(line)
        whole = _joined(broken[begin:end], width)
        is_whole = len(broken[end - 1]) < width and (NO_FILE.match(whole) or PLACE.match(whole))
        if is_whole and not goes_on:
            yield from _place(broken[begin:end], width)
            begin = end
    yield from _place(broken[begin:], width)


def _place(broken: list[str], width: int) -> Iterator[str]:
    """The one place that these lines are, or these lines."""
    whole = _joined(broken, width)
    if found := NO_FILE.match(whole):
        yield f'  File "{NOWHERE}", line {found["line"]}, in {found["function"]}'
    elif found := PLACE.match(whole):
        function = f", in {found['function']}" if found["function"] else ""
        yield f'  File "{found["file"]}", line {found["line"]}{function}'
    else:
        yield from broken


def _joined(broken: list[str], width: int) -> str:
    """Lines in one: a word that has no room on any line fills the first, and goes on below."""
    whole = "".join(broken[:1])
    for line, following in pairwise(broken):
        ends = following.startswith("in ") and NUMBER.search(line)
        inside = len(line) == width and " " not in line and not ends
        whole = whole + following if inside else f"{whole.rstrip()} {following}"
    return whole


def _inside(line: str) -> str:
    """A line of a box in the box: a variable."""
    line = line.strip()
    while line.startswith("│"):
        line = line[1:].removesuffix("│").strip()
    return line


def _mended(lines: list[str], left: int, width: int) -> tuple[str, int]:
    """The message that stands first, in one line where it was broken, and how many lines it was."""
    rest = [line[left:] for line in lines[:MOST_BROKEN]]
    broken = rest[:1]
    for line, following in pairwise(rest):
        if not _is_broken(line, following, width):
            break
        broken.append(following)
    return _joined([line.rstrip() for line in broken], width), len(broken)


def _is_broken(line: str, following: str, width: int) -> bool:
    """Whether a line ends where it does because the next word had no room."""
    length, word = len(line.rstrip()), following.split(" ", 1)[0]
    return bool(word) and word[0] != "╭" and length <= width < length + 1 + len(word)
