"""Parse the text of a traceback from anywhere: a terminal, a log, a notebook, a test report."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

from engine.doctor import chains, layouts, printed_locals, user_code
from engine.doctor.endings import Raised, exceptions, in_turn
from engine.doctor.error_context import ErrorContext
from engine.doctor.rules import rules
from engine.process.failure import LIBRARY

MARKS = re.compile(r"^[\s^~]*$")
ENDS = (
    "Traceback (most recent",
    "Exception Group Traceback",
    "Original Trace",
    "During handling of",
    "The above exception was",
    "Exception ignored in",
    layouts.GROUP_END,
)
HANDLED = "During handling of the above exception"
IN_PARAGRAPHS = {"UnpicklingError"}
"""Exceptions whose messages have empty lines in them."""

OF_TORCH = {"TorchRuntimeError", "OutOfMemoryError", "AcceleratorError", "CheckpointError"}
"""Runtime errors of PyTorch's that notebooks name without its modules."""

MOST_LINES = 40
"""Of one message."""

CYTHON = (".pyx", ".pxi")
COMMAND = re.compile(r"/s?bin/[\w.-]+(?<!\.py)$")
"""Where commands such as torchrun begin."""


MOST_TRIED = 50
"""Exceptions in one text that are looked at, from the last."""


@dataclass
class Report:
    """One exception as a text tells it."""

    names: list[str] = field(default_factory=list)
    """Its class and those it inherits from; empty when the text names none."""
    message: str = ""
    file: str = ""
    marked: str = ""
    """The piece of the failing line that is underlined."""
    context: ErrorContext = field(default_factory=ErrorContext)
    group: int = 0
    """How many exceptions the group has that it is in; 0 outside of groups."""
    handled: bool = False
    """Whether it came while the one before it was handled."""
    related: bool = True
    """Whether it belongs to what the text ends with; what a log told earlier does not."""


def parse(text: str) -> Report:
    """The exception a text ends with; without one, the text itself as a message."""
    return next(reports(text))


def reports(text: str) -> Iterator[Report]:
    """The exceptions of a text, the last first; without any, the text itself as a message.

    What stands last ended the program; what stands before may have caused it. Those of one group
    come in the group's own order.
    """
    lines = layouts.plain(text)
    raised = list(islice(in_turn(lines), MOST_TRIED))
    if not raised:
        yield Report(message=" ".join(lines), context=ErrorContext(text=text))
    every = [one.line for one in exceptions(lines)]
    several = chains.several_ranks(text)
    dropped = {*chains.ignored(lines, every)} if len(every) > 1 else set()
    raised = [one for one in raised if one.line not in dropped] or raised
    related = _related(text, lines, raised, [line for line in every if line not in dropped])
    for one in raised:
        stop = min([one.line + MOST_LINES, *_next(every, one.line, several)])
        following = lines[one.line + 1 : stop]
        names = classes(one.type)
        report = Report(names, _message(one.message, following, names[0]), group=one.group)
        report.related = one.line in related or bool(one.group)
        earlier = [index for index in every if index < one.line]
        begin = earlier[-1] + 1 if earlier else 0
        _find_place(lines, begin, one.line, report)
        after = min(_next(every, one.line, several=True), default=len(lines))
        user_code.enter(report, lines[one.line : after])
        report.handled = any(HANDLED in line for line in lines[begin : one.line])
        report.context.text = text
        yield report


def _next(every: list[int], line: int, several: bool) -> list[int]:
    """The next exception's line, where it is another process's and no part of this message."""
    return [each for each in every if each > line][:1] if several else []


def _related(text: str, lines: list[str], raised: list[Raised], every: list[int]) -> set[int]:
    """The lines of those exceptions that may explain what the text ends with."""
    last = raised[0].type.rpartition(".")[2] if raised else ""
    together = chains.several_ranks(text) or last in chains.CONSEQUENCES
    if together or any(layouts.row(line) is not None for line in lines):
        return {*every}
    return chains.led_to_last(lines, every)


def classes(name: str) -> list[str]:
    """An exception's class and those it inherits from, as far as the name tells."""
    short = name.rpartition(".")[2]
    kind = getattr(builtins, short, None)
    if isinstance(kind, type) and issubclass(kind, BaseException):
        return [each.__name__ for each in kind.__mro__]
    return [short, "RuntimeError"] if name.startswith("torch.") or short in OF_TORCH else [short]


def all_classes() -> list[str]:
    """Every class a rule speaks of: for a message that came without one."""
    return sorted({name for rule in rules() for name in rule.error})


def _message(first: str, following: list[str], name: str) -> str:
    message = [first]
    for line in following:
        if line.startswith(ENDS) or not (line.strip() or name in IN_PARAGRAPHS):
            break
        if layouts.frame(line) or layouts.row(line) is not None or layouts.GLOG.match(line):
            break
        message.append(line)
    return "\n".join(message)


def _find_place(lines: list[str], start: int, end: int, report: Report) -> None:
    """The last frame of the learner's own, and what was at work below it."""
    context, theirs = report.context, True
    own = range(start, min(len(lines), end + MOST_LINES))
    """Where the text speaks of that frame, its variables included."""
    for i in range(start, end):
        line = lines[i]
        if line.startswith(ENDS):
            context.functions.clear()
            context.through.clear()
        elif frame := layouts.frame(line):
            own = range(own.start, min(own.stop, i))
            theirs = _is_theirs(frame)
            source, marked = _source(line, lines[i + 1 : min(i + 3, end)])
            context.innermost = source
            if theirs:
                own = range(i, min(len(lines), end + MOST_LINES))
                context.source, report.marked = source, marked
            _enter(report, frame, theirs=theirs)
        elif arrow := layouts.ARROW.match(line):
            context.innermost = arrow["source"].strip()
            if theirs:
                context.line, context.source = int(arrow["line"]), context.innermost
    if found := _find_above(lines, start, end, report):
        own = found
    known = printed_locals.variables(lines[own.start : own.stop])
    context.failing = report.marked or _whole(context.source, lines)
    context.named = list(printed_locals.named(report.marked or context.source, known))


def _find_above(lines: list[str], start: int, end: int, report: Report) -> range | None:
    """The same for pytest, whose places stand below the code they belong to."""
    source, begin, own, function = "", start, None, ""
    for i in range(start, min(len(lines), end + MOST_LINES)):
        if match := layouts.PYTEST_LINE.match(lines[i]):
            source = match["source"]
        elif match := layouts.PYTEST_DEF.match(lines[i]):
            function = match["name"]
        elif frame := layouts.frame_below(lines[i]):
            frame = frame._replace(function=frame.function or function)
            theirs = _is_theirs(frame)
            if not source:
                # Those between the first and the last are told short, with the code below.
                source, marked = _source(lines[i], lines[i + 1 : i + 3])
                report.marked = marked if theirs else report.marked
            if theirs:
                own, report.context.source = range(begin, i), source
            report.context.innermost = source
            _enter(report, frame, theirs=theirs)
            source, begin = "", i + 1
            if i > end:
                return own
    if source and own is None:
        report.context.source = report.context.innermost = source
    return own


def _enter(report: Report, frame: layouts.Frame, *, theirs: bool) -> None:
    """One frame further down."""
    report.context.through.append(frame.file)
    if theirs:
        report.file, report.context.line = frame.file, frame.line
        report.context.functions.clear()
    else:
        report.context.functions.append(f"{frame.file}:{frame.function}")


def _whole(source: str, lines: list[str]) -> str:
    """A line without marks in a text that has some failed as a whole, if it is an expression."""
    marked = any(MARKS.match(line) and "^" in line for line in lines)
    with suppress(SyntaxError, ValueError):
        if marked and source and isinstance(ast.parse(source).body[0], ast.Expr):
            return source
    return ""


def _is_theirs(frame: layouts.Frame) -> bool:
    # A library's compiled code names its sources by a path of its own.
    if frame.file.endswith(CYTHON) or COMMAND.search(frame.file):
        return False
    return not any(part in frame.file for part in LIBRARY if part != "<string>")


def _source(frame: str, below: list[str]) -> tuple[str, str]:
    """The line of code below a frame, and the piece of it that is underlined."""
    line, marks = [*below, "", ""][:2]
    # Code stands further in than its place, where places do: without any, there is none to tell.
    shallow = 0 < layouts.indent(frame) >= layouts.indent(line)
    if shallow or layouts.frame(line) or MARKS.match(line) or layouts.ARROW.match(line):
        return "", ""
    if not MARKS.match(marks) or "^" not in marks:
        return line.strip(), ""
    begin, stop = re.search(r"[~^]", marks), len(marks.rstrip())
    return line.strip(), line[begin.start() : stop].strip() if begin else ""
