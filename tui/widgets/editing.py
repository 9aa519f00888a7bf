"""Edits of Python text as plain functions: what enter, tab and a comment key do to lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

TAB = "\t"
INDENT = 4
"""Columns of one level."""

MOST_CHARACTERS = 200_000
"""Longer texts are refused: every key would be felt."""

LONGEST_LINE = 10_000
"""Lines with more characters are refused for the same reason."""

LEAVES = re.compile(r"\s*(return|pass|break|continue|raise)\b")
"""A line after which nothing can follow in its block."""

LINE_BREAKS = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""What Python's ``splitlines`` takes for the end of a line, and Python's parser does not."""

HALF_PAIRS = re.compile("[\ud800-\udfff]")
LEADING = re.compile(r"^[ ]*\t[ \t]*", re.MULTILINE)


def kept(text: str) -> str:
    """A text as the editor keeps it: lines end in a newline, tabs stay tabs.

    Line breaks that Python does not count become a space, so that line numbers stay Python's; half
    a surrogate pair, which is no text, becomes a "�". Anything else stays as it is.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return LINE_BREAKS.sub(" ", HALF_PAIRS.sub("�", text))


def pasted(text: str, unit: str) -> str:
    """A piece of text for one that is indented by ``unit``: tabs become spaces beside spaces."""
    text = kept(text)
    return text if unit == TAB else LEADING.sub(lambda tabs: tabs[0].expandtabs(INDENT), text)


def unit_of(lines: list[str]) -> str:
    """What one level is in these lines: a tab where the first that is indented begins with one."""
    first = next((line for line in lines if line[:1] in (" ", TAB) and line.strip()), "")
    return TAB if first.startswith(TAB) else " " * INDENT


def refusal(text: str) -> str:
    """Why a text cannot be edited here, as a sentence; empty when it can be."""
    if len(text) > MOST_CHARACTERS:
        size, most = len(text) / 1e6, MOST_CHARACTERS / 1e6
        return f"That is {size:,.1f} MB of text, and a page holds {most:.1f} MB. Nothing was taken."
    longest = max(map(len, text.splitlines()), default=0)
    if longest > LONGEST_LINE:
        return f"That has a line of {longest:,} characters, too long to edit. Nothing was taken."
    return ""


def lead(line: str) -> str:
    """The white space a line begins with."""
    return line[: len(line) - len(line.lstrip())]


def first_todo(text: str) -> tuple[int, int]:
    """Where there is something to write: row and column, counted from 0."""
    for row, line in enumerate(text.splitlines()):
        if "TODO" in line:
            return row, len(lead(line))
    return 0, 0


@dataclass
class Scan:
    """Python code read up to a place: what is still open there, and what the last line says."""

    brackets: list[int] = field(default_factory=list)
    """The line of each bracket that is open."""
    string: str = ""
    """The quotes of the string one is in, or nothing."""
    begin: int = 0
    """The line the statement began in."""
    last: str = ""
    """The last character of code before the place, of its line; no comment, no space."""


TOKEN = re.compile(
    r"""(?P<string>'''|\"""|'|")|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<comment>\#.*)"""
    r"""|(?P<space>[ \t]+)|(?P<rest>\\.|[^'"()\[\]{}\#\\ \t]+|\\)"""
)


def scan(lines: list[str]) -> Scan:
    """Read lines of Python, the last one up to where the cursor is."""
    found = Scan()
    for number, line in enumerate(lines):
        if not found.brackets and not found.string:
            found.begin = number
        found.last = ""
        _scan_line(found, number, line)
    return found


def _scan_line(found: Scan, number: int, line: str) -> None:
    at = 0
    while at < len(line):
        if found.string:
            at = _string_end(found, line, at)
            continue
        token = TOKEN.match(line, at)
        assert token is not None
        at = token.end()
        match token.lastgroup:
            case "string":
                found.string = token[0]
            case "open":
                found.brackets.append(number)
            case "close" if found.brackets:
                found.brackets.pop()
        if token.lastgroup not in ("comment", "space"):
            found.last = token[0][-1]
    if len(found.string) == 1 and not line.endswith("\\"):
        found.string = ""  # never closed: the next line does not suffer for it


def _string_end(found: Scan, line: str, at: int) -> int:
    """Go on to behind the string's end in this line, or to the end of the line."""
    while at < len(line):
        if line[at] == "\\":
            at += 2
        elif line.startswith(found.string, at):
            at += len(found.string)
            found.last, found.string = found.string[-1], ""
            return at
        else:
            at += 1
    return at


def indent_after(lines: list[str], unit: str = " " * INDENT) -> str:
    """The white space a new line begins with, after these lines (the last up to the cursor)."""
    line = lines[-1]
    if not line.strip():
        return line
    found = scan(lines)
    if found.string:
        return lead(line)
    if found.brackets:
        opened_here = found.brackets[-1] == len(lines) - 1
        return lead(line) + unit * opened_here
    base = lead(lines[found.begin])
    if found.last == ":":
        return base + unit
    if LEAVES.match(lines[found.begin]):
        return base[: -len(unit)]
    return base


def indented(lines: list[str], unit: str = " " * INDENT) -> list[str]:
    """Every line one level deeper; empty ones stay empty."""
    return [unit + line if line.strip() else line for line in lines]


def dedented(lines: list[str]) -> list[str]:
    """Every line up to one level less deep."""
    return [line[1 if line[:1] == TAB else min(INDENT, len(lead(line))) :] for line in lines]


def commented(lines: list[str]) -> list[str]:
    """Comment the lines out, or in again where all of them are comments."""
    written = [line for line in lines if line.strip()]
    if written and all(line.lstrip().startswith("#") for line in written):
        return [re.sub(r"^(\s*)# ?", r"\1", line) for line in lines]
    depth = min((len(lead(line)) for line in written), default=0)
    return [f"{line[:depth]}# {line[depth:]}" if line.strip() else line for line in lines]


def occurrences(lines: list[str], words: str) -> list[tuple[int, int]]:
    """Row and column, counted from 0, wherever these words stand; case counts if they have any."""
    if not words:
        return []
    pattern = re.compile(re.escape(words), re.IGNORECASE if words.islower() else 0)
    return [
        (row, match.start()) for row, line in enumerate(lines) for match in pattern.finditer(line)
    ]
