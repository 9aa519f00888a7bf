"""Exceptions in the lines of a text: which lines are one, and in which order they are looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from engine.doctor import boxes, layouts

USUAL = re.compile(
    r"^(?P<type>(?:\w+\.)*(?:[A-Z]\w*(?:Error|Exception|Interrupt|Exit|Iteration|Group)"
    r"|Unsupported\w+))(?:: ?(?P<message>.*))?$"
)
"""Told by its name, wherever it stands."""

PART = r"(?:[^\W\d][\w-]*|<\w+>)"
ANY = re.compile(rf"^(?P<type>(?:{PART}\.)*{PART})(?::(?: (?P<message>.*))?)?$")
"""A class of any name: told by the place it stands at."""

HEADER = re.compile(r"\bTraceback \(most recent call last\):$")
"""A progress bar may stand before it on its line."""

ANNOUNCED = re.compile(
    r"^(?P<notebook>[^\W\d]\w*) {2,}Traceback \(most recent call last\)$"
    r"|^\S+\.py:\d+: (?P<pytest>[^\W\d]\w*)$"
)
"""Notebooks and pytest name the class apart from the message."""

SIZE = re.compile(r"\((\d+) sub-exceptions?\)$")


class Raised(NamedTuple):
    """An exception's line."""

    line: int
    type: str
    message: str
    group: int = 0
    """How many exceptions the group has that it is in; 0 outside of groups."""

    def of_group(self, size: int) -> Raised:
        """The same line, in a group of so many."""
        return Raised(self.line, self.type, self.message, size)


def in_turn(lines: list[str]) -> Iterator[Raised]:
    """The exceptions of a text, the last first; those of one group in the group's own order."""
    blocks: list[list[list[Raised]]] = [[[]]]
    groups: list[tuple[int, int]] = []
    size = 0
    raised = {one.line: one for one in exceptions(lines)}
    for index, line in enumerate(lines):
        if match := SIZE.search(line):
            size = int(match[1])
        if (column := layouts.row(line)) is not None:
            blocks += [] if groups else [[]]
            groups = _inside(groups, column, size)
            blocks[-1].append([])
        elif line == layouts.GROUP_END:
            groups = []
            blocks.append([[]])
        elif index in raised:
            one = raised[index].of_group(groups[-1][1] if groups else 0)
            blocks[-1][-1].append(one)
    for block in reversed(blocks):
        for chain in block:
            yield from reversed(chain)


def _inside(groups: list[tuple[int, int]], column: int, size: int) -> list[tuple[int, int]]:
    """The groups around a row, by column and size: one further to the right opens another."""
    around = [group for group in groups if group[0] <= column]
    return around if around and around[-1][0] == column else [*around, (column, size)]


def exceptions(lines: list[str]) -> Iterator[Raised]:
    """Every line that is an exception: by its name, or as the last line of a traceback."""
    last = {*_ends(lines)}
    announced = {
        found["notebook"] or found["pytest"] for line in lines if (found := ANNOUNCED.match(line))
    }
    for index, line in enumerate(lines):
        line = line.strip()
        match = USUAL.match(line)
        if match is None and (found := ANY.match(line)):
            named = found["type"].rpartition(".")[2] in announced
            match = found if named or index in last else None
        if match:
            yield Raised(index, match["type"], match["message"] or "")


def _ends(lines: list[str]) -> Iterator[int]:
    """The first line after the frames of each whole traceback: the exception, whatever its name."""
    depth, framed, boxed = -1, False, False
    for index, line in enumerate(lines):
        if HEADER.search(line):
            depth, framed = layouts.indent(line), False
        elif depth >= 0 and layouts.indent(line) > depth:
            framed = framed or layouts.frame(line) is not None
        else:
            if framed:
                yield index
            depth, framed = -1, boxed and line == boxes.BOX_BOTTOM
            boxed = line == boxes.BOX_TOP or (boxed and line != boxes.BOX_BOTTOM)
