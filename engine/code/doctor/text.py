"""Tracebacks as text, from anywhere: a terminal, a log file, a notebook, a test report."""

from __future__ import annotations

import builtins
import re
from dataclasses import dataclass, field

from engine.code.doctor.rules import ESCAPES, rules
from engine.code.doctor.scene import LIBRARY, Scene

PREFIX = re.compile(r"^(?:\[?rank\d+\]?:\s?|E {2,3}|\S*\d\d:\d\d:\d\d\S* (?:\| )?|[|>] )")
"""What loggers, launchers and pytest put before each line."""

RAISED = re.compile(
    r"^(?P<type>(?:\w+\.)*(?:[A-Z]\w*(?:Error|Exception|Interrupt|Exit|Iteration)|Unsupported\w+))"
    r"(?:: ?(?P<message>.*))?$"
)
FRAME = re.compile(r'^\s*File "(?P<file>[^"]+)", line (?P<line>\d+)(?:, in (?P<function>.+))?$')
NOTEBOOK = re.compile(r"^-+> ?(?P<line>\d+) (?P<source>.*)$")
MARKS = re.compile(r"^[\s^~]*$")
ENDS = ("Traceback (most recent", "During handling of", "The above exception was", "Original Trace")
MOST_LINES = 40
"""Of one message."""


@dataclass
class Report:
    """One exception as a text tells it."""

    names: list[str] = field(default_factory=list)
    """Its class and those it inherits from; empty when the text names none."""
    message: str = ""
    file: str = ""
    scene: Scene = field(default_factory=Scene)


def parse(text: str) -> Report:
    """The exception a text ends with; without one, the text itself as a message."""
    lines = [PREFIX.sub("", ESCAPES.sub("", line)).rstrip() for line in text.splitlines()]
    raised = [(i, match) for i, line in enumerate(lines) if (match := RAISED.match(line.strip()))]
    if not raised:
        return Report(message=" ".join(lines))
    index, match = raised[-1]
    following = lines[index + 1 : index + MOST_LINES]
    report = Report(classes(match["type"]), _message(match["message"] or "", following))
    _find_place(lines[:index], report)
    return report


def classes(name: str) -> list[str]:
    """An exception's class and those it inherits from, as far as the name tells."""
    short = name.rpartition(".")[2]
    kind = getattr(builtins, short, None)
    if isinstance(kind, type) and issubclass(kind, BaseException):
        return [each.__name__ for each in kind.__mro__]
    return [short, "RuntimeError"] if name.startswith("torch.") else [short]


def all_classes() -> list[str]:
    """Every class a rule speaks of: for a message that came without one."""
    return sorted({name for rule in rules() for name in rule.error})


def _message(first: str, following: list[str]) -> str:
    message = [first]
    for line in following:
        if not line.strip() or line.startswith(ENDS) or FRAME.match(line):
            break
        message.append(line)
    return "\n".join(message)


def _find_place(lines: list[str], report: Report) -> None:
    """The last frame of the learner's own, and what was at work below it."""
    scene = report.scene
    for i, line in enumerate(lines):
        if line.startswith(ENDS):
            scene.functions.clear()
        elif match := FRAME.match(line):
            file = match["file"]
            if any(part in file for part in LIBRARY if part != "<string>"):
                scene.functions.append(f"{file}:{match['function']}")
            else:
                report.file, scene.line = file, int(match["line"])
                scene.source = _source(lines[i + 1 : i + 2])
                scene.functions.clear()
        elif match := NOTEBOOK.match(line):
            scene.line, scene.source = int(match["line"]), match["source"].strip()


def _source(lines: list[str]) -> str:
    line = lines[0] if lines else ""
    return "" if FRAME.match(line) or MARKS.match(line) else line.strip()
