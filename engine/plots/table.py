"""Rows and columns of text and numbers: numbers aligned at their points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from engine.plots import legend
from engine.plots.cells import Ink
from engine.plots.lettering import clean, count, number, pad, width
from engine.plots.numbers import scalar
from engine.plots.options import Options
from engine.plots.page import Page
from engine.plots.state import State
from engine.views import Table

Entry = str | float | int | None
GAP = 2
LEAST_TEXT = 6
"""Columns that a text column keeps when room is short."""


@dataclass(frozen=True, slots=True)
class _Column:
    head: str
    texts: list[str]
    inks: list[Ink]
    numeric: bool
    width: int


def draw(view: Table, page: Page, options: Options, state: State) -> None:
    """Heads, a rule, and as many rows as fit; scrolls over the others."""
    columns = [_column(view, at) for at in range(_breadth(view))]
    head = 1 if options.title and page.rows > 4 else 0
    legend.write(page.part(0, 0, head, page.columns), options.title, [])
    page = page.part(head, 0, page.rows - head, page.columns)
    if not columns:
        page.center("an empty table", Ink.MUTED)
        return
    ruled = 2 if page.rows > 3 else 1 if page.rows > 1 else 0
    room, rows = page.rows - ruled, len(view.rows)
    shown = room if rows <= room else max(room - 1, 1)
    _, first = state.window(0, shown, (0, rows))
    last = min(first + shown, rows)
    _write(columns, page, ruled, range(first, last))
    if rows > last - first and room > 1:
        page.write(page.rows - 1, 0, f"… {rows - (last - first)} more", Ink.MUTED)


def _write(columns: Sequence[_Column], page: Page, ruled: int, shown: range) -> None:
    at = 0
    widths = _fitted(
        [column.width for column in columns], [c.numeric for c in columns], page.columns
    )
    for column, room in zip(columns, widths, strict=True):
        if at >= page.columns or (at + room > page.columns and at):
            page.write(0, page.columns - 1, "…", Ink.MUTED)
            break
        if ruled:
            page.write(0, at, pad(column.head, room, right=column.numeric), Ink.MUTED)
        if ruled > 1:
            page.write(1, at, "─" * room, Ink.FRAME)
        for row, index in enumerate(shown):
            text = pad(column.texts[index], room, right=column.numeric)
            page.write(row + ruled, at, text, column.inks[index])
        at += room + GAP


def _fitted(widths: list[int], numeric: list[bool], columns: int) -> list[int]:
    """Widths that fit, taken from the widest text columns first."""
    widths = list(widths)
    excess = sum(widths) + GAP * (len(widths) - 1) - columns
    while excess > 0:
        wide = [i for i, w in enumerate(widths) if not numeric[i] and w > LEAST_TEXT]
        if not wide:
            break
        widest = max(wide, key=lambda i: widths[i])
        widths[widest] -= 1
        excess -= 1
    return widths


def _breadth(view: Table) -> int:
    return max([len(view.columns), *(len(row) for row in view.rows)], default=0)


def _column(view: Table, at: int) -> _Column:
    head = clean(str(view.columns[at])) if at < len(view.columns) else ""
    entries: list[Entry] = [_plain(row[at]) if at < len(row) else None for row in view.rows]
    given = [entry for entry in entries if entry is not None]
    numeric = bool(given) and not any(isinstance(entry, str) for entry in given)
    texts = _aligned([_spelled(entry) for entry in entries], numeric)
    inks = [_ink(entry, numeric) for entry in entries]
    return _Column(head, texts, inks, numeric, max(map(width, [head, *texts])))


def _plain(entry: object) -> Entry:
    """An entry as it would arrive from a run: what is neither text nor number becomes one."""
    return entry if entry is None or isinstance(entry, (str, int, float)) else scalar(entry)


def _spelled(entry: Entry) -> str:
    match entry:
        case None:
            return "–"
        case str():
            return clean(entry)
        case bool() | int():
            return str(entry) if isinstance(entry, bool) or abs(entry) >= 10**15 else count(entry)
    return number(entry)


def _ink(entry: Entry, numeric: bool) -> Ink:
    if entry is None:
        return Ink.MUTED
    if isinstance(entry, float) and not math.isfinite(entry):
        return Ink.WARNING
    return Ink.TITLE if numeric else Ink.TEXT


def _aligned(texts: list[str], numeric: bool) -> list[str]:
    """Numbers padded on the right so that their points stand above each other."""
    if not numeric:
        return texts
    tails = [len(text) - text.index(".") if "." in text else 0 for text in texts]
    longest = max(tails, default=0)
    plain = any("e" in text for text in texts)  # exponents are compared by their ends
    if plain:
        return texts
    return [text + " " * (longest - tail) for text, tail in zip(texts, tails, strict=True)]
