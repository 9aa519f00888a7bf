"""Short texts, source code with the line at work, and how far a run has come."""

from __future__ import annotations

import math
from collections.abc import Iterator

from engine.plots import lettering
from engine.plots.cells import Ink
from engine.plots.lettering import char_width, clean, count, width
from engine.plots.numbers import scalar
from engine.plots.options import Glyphs
from engine.plots.page import Page
from engine.plots.state import State
from engine.views import Code, Progress, Text


def draw_text(view: Text, page: Page, state: State) -> None:
    """The text, wrapped at blanks; scrolls when it is longer than the page."""
    lines = [part for line in view.text.splitlines() for part in wrapped(line, page.columns)]
    _, first = state.window(0, page.rows, (0, len(lines)))
    for row, line in enumerate(lines[first : first + page.rows]):
        page.write(row, 0, line, Ink.TEXT)


def draw_code(view: Code, page: Page, state: State) -> None:
    """Numbered lines, folded where they are long; the one at work is marked and kept in sight."""
    rows = list(coded(view.source, page.columns))
    digits = _digits(view.source)
    at_work = [row for row, (number, _, _) in enumerate(rows) if number == view.line]
    if at_work:
        column, row = state.scroll
        state.scroll = column, min(max(row, at_work[-1] + 1 - page.rows), at_work[0])
    _, first = state.window(0, page.rows, (0, len(rows)))
    for row, (number, is_first, text) in enumerate(rows[first : first + page.rows]):
        here = number == view.line
        page.write(row, 0, "▸" if here and is_first else " ", Ink.ACCENT)
        if is_first:
            page.write(row, 2, f"{number:>{digits}}", Ink.ACCENT if here else Ink.TICK)
        page.write(row, 4 + digits, text, Ink.TITLE if here else Ink.TEXT)


def coded(source: str, columns: int) -> Iterator[tuple[int, bool, str]]:
    """Rows of code: the number of the line, whether it begins there, and what stands there.

    A comment that has no room beside its code has a row below it.
    """
    room = columns - 4 - _digits(source)
    for number, line in enumerate(source.splitlines(), 1):
        line = line.expandtabs(4)
        code, sign, comment = line.partition("  #")
        if width(clean(line)) <= room or not (sign and code.strip()):
            yield number, True, line
            continue
        lead = " " * (len(code) - len(code.lstrip()))
        yield number, True, code.rstrip()
        yield number, False, f"{lead}# {comment.strip()}"


def _digits(source: str) -> int:
    return len(str(max(len(source.splitlines()), 1)))


def draw_progress(view: Progress, page: Page, glyphs: Glyphs) -> None:
    """A bar and the count beside it."""
    done, total = scalar(view.done), scalar(view.total)
    part = done / total if total > 0 and math.isfinite(total) and math.isfinite(done) else 0.0
    words = f"{_count(done)} of {_count(total)} {clean(view.unit)}"
    room = page.columns - len(words) - 2
    if room < 4:
        page.write(0, 0, words, Ink.TEXT)
        return
    filled = round(min(max(part, 0.0), 1.0) * room)
    full, rest = ("#", ".") if glyphs is Glyphs.ASCII else ("━", "─")
    page.write(0, 0, full * filled, Ink.FIT)
    page.write(0, filled, rest * (room - filled), Ink.FRAME)
    page.write(0, room + 2, words, Ink.TEXT)


def wrapped(line: str, columns: int) -> Iterator[str]:
    """A line in pieces of at most so many columns, broken at blanks where there are any."""
    rest = clean(line)
    while True:
        end = _fitting(rest, columns)
        if end >= len(rest):
            yield rest
            return
        blank = rest.rfind(" ", 1, end + 1)
        end = blank if blank > 0 else max(end, 1)
        yield rest[:end]
        rest = rest[end:].lstrip(" ")


def _fitting(text: str, columns: int) -> int:
    """How many characters fit."""
    used = 0
    for at, char in enumerate(text):
        used += char_width(char)
        if used > columns:
            return at
    return len(text)


def _count(value: float) -> str:
    return count(value) if math.isfinite(value) else lettering.number(value)
