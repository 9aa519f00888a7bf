"""The learner's line inside of a message: code that is compiled fails where it is read, not run.

``torch.compile`` and ``torch.jit.script`` read code from outside, so the traceback ends at the call
of the compiled function. Their messages say which line of the learner's it was.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.doctor import layouts

if TYPE_CHECKING:
    from engine.doctor.traceback_text import Report

FROM_USER_CODE = "from user code:"
HERE = "<--- HERE"
PLACE = re.compile(r'^\s*File "(?P<file>[^"]+)", line (?P<line>\d+)')
SPAN = re.compile(r"[~^]+")


def enter(report: Report, lines: list[str]) -> None:
    """Make the place that the message names the report's; ``lines`` begin with the exception."""
    for number, line in enumerate(lines):
        if line.strip() == FROM_USER_CODE:
            _traced(report, lines[number + 1 :])
            return
    for number, line in enumerate(lines):
        if HERE in line:
            _marked(report, lines[:number])
            return


def _traced(report: Report, lines: list[str]) -> None:
    """Frames as a traceback has them, of which the last that has code is the place."""
    for number, line in enumerate(lines):
        frame = layouts.frame(line)
        if frame is None:
            continue
        below = [*lines[number + 1 : number + 3], "", ""]
        if "/site-packages/" in frame.file or not below[0].strip():
            continue
        _put(report, frame.file, frame.line, below[0], below[1])


def _marked(report: Report, above: list[str]) -> None:
    """The line above the mark, which is not exact; its number stands above the code shown."""
    places = [found for line in above if (found := PLACE.match(line))]
    if places and above:
        place = places[-1]
        _put(report, place["file"], int(place["line"]), above[-1], "")


def _put(report: Report, file: str, line: int, source: str, marks: str) -> None:
    context = report.context
    span = SPAN.search(marks) if not marks.strip(" ~^") else None
    report.file, context.line, context.source = file, line, source.strip()
    report.marked = source[span.start() : len(marks.rstrip())].strip(" :") if span else ""
    context.failing, context.statement, context.named = report.marked, "", []
