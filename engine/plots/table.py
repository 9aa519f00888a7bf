"""Rows and columns of text and numbers: numbers aligned at their points."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import NamedTuple

from engine.plots import legend
from engine.plots.cells import Ink
from engine.plots.legend import Item
from engine.plots.lettering import clean, count, number, pad, width
from engine.plots.numbers import scalar
from engine.plots.options import Options
from engine.plots.page import Page
from engine.plots.prose import wrapped
from engine.plots.state import State
from engine.views import Table

Entry = str | float | int | None
GAP = 2
PLENTY = 9
"""Rows from which a rule below the heads takes nothing away."""
LEAST_PLAIN, MOST_PLAIN = 1e-4, 1e9
"""Sizes of numbers that are written without an exponent beside others."""
LEAST_TEXT = 6
"""Columns that a text column keeps when room is short."""


@dataclass(frozen=True, slots=True)
class _Column:
    head: str
    texts: list[str]
    inks: list[Ink]
    numeric: bool

    @property
    def width(self) -> int:
        """Cells in which nothing is cut."""
        return max(map(width, [self.head, *self.texts]))

    @property
    def narrow(self) -> int:
        """Cells in which nothing is cut when the head has two rows."""
        return max(map(width, [*_halves(self.head), *self.texts]))


def draw(view: Table, page: Page, options: Options, state: State) -> None:
    """Heads, a rule, and as many rows as fit; scrolls over the others."""
    columns = _columns(view)
    head = 1 if options.title and page.rows > 2 else 0
    title = page.part(0, 0, head, page.columns)
    legend.write(title, options.title, [])
    page = page.part(head, 0, page.rows - head, page.columns)
    if not columns:
        page.center("an empty table", Ink.MUTED)
        return
    grid = _Grid(columns, page.columns)
    heads = min(grid.heads, max(page.rows - 1, 0))
    # What is too long goes on below where there is room for that, and is cut elsewhere.
    lines = grid.folded if len(grid.folded) + heads <= page.rows else grid.flat
    # Where rows are few, a row of the table is worth more than the rule above it.
    ruled = heads + (page.rows >= min(len(lines) + heads + 1, PLENTY))
    room = page.rows - ruled
    shown = room if len(lines) <= room else max(room - 1, 1)
    _, first = state.window(0, shown, (0, len(lines)))
    places = list(range(first, min(first + shown, len(lines))))
    more = len(lines) - len(places)
    if more and not first:
        places = _in_sight(view, state, shown)
    has_gap = more > 0 and room > 1  # a row that says how many are left out
    gap = len(places)
    if has_gap:
        gap = next((at for at, place in enumerate(places) if place != first + at), gap)
    seen = [lines[place] for place in places]
    _write(grid, page.part(0, 0, ruled + gap, page.columns), (heads, ruled), seen[:gap])
    if has_gap:
        page.write(ruled + gap, 0, f"… {more} more", Ink.MUTED)
        below = page.part(ruled + gap + 1, 0, len(seen) - gap, page.columns)
        _write(grid, below, (0, 0), seen[gap:])
    elif more and head:
        legend.write(title, options.title, [Item(name=f"… {more} more")])


def _in_sight(view: Table, state: State, room: int) -> list[int]:
    """Rows shown before one scrolls: those that are asked about, and others from the top."""
    names = [str(row[0]).strip() if row else "" for row in view.rows]
    asked = [
        names.index(row) if isinstance(row, str) and row in names else row
        for row in state.asked.get(view.name, ())
    ]
    known = [row for row in asked if isinstance(row, int) and 0 <= row < len(names)]
    return sorted(list(dict.fromkeys([*known, *range(len(names))]))[:room])


def size_of(view: Table, columns: int) -> tuple[int, int]:
    """Rows with heads and rule, and the columns in which no entry is cut, up to so many."""
    found = _columns(view)
    whole = sum(column.width for column in found) + GAP * max(len(found) - 1, 0)
    if not found:
        return len(view.rows) + 2, min(whole, columns)
    grid = _Grid(found, columns)
    return len(grid.folded) + grid.heads + 1, min(whole, columns)


class Row(NamedTuple):
    """What stands in one line, by columns."""

    texts: tuple[str, ...]
    inks: tuple[Ink, ...]


class _Grid:
    """Columns in a room: closer, and with heads in two rows, where it is narrow."""

    def __init__(self, columns: Sequence[_Column], room: int) -> None:
        self.columns = columns
        widths = [column.width for column in columns]
        gaps = len(columns) - 1
        self.gap = GAP if sum(widths) + GAP * gaps <= room else GAP - 1
        self.heads = 1
        if sum(widths) + self.gap * gaps > room and any(" " in each.head for each in columns):
            self.heads = 2
            widths = [column.narrow for column in columns]
        self.widths = _fitted(widths, [c.numeric for c in columns], room - self.gap * gaps)
        if not any(len(_lines(each.head, wide, self.heads)[0]) for each, wide in self._pairs()):
            self.heads = 1  # all heads have room in one row after all

    def _pairs(self) -> Iterator[tuple[_Column, int]]:
        return zip(self.columns, self.widths, strict=True)

    @cached_property
    def flat(self) -> list[Row]:
        """Rows as they are, one line each."""
        inks = [column.inks for column in self.columns]
        texts = [column.texts for column in self.columns]
        return [
            Row(*row) for row in zip(zip(*texts, strict=True), zip(*inks, strict=True), strict=True)
        ]

    @cached_property
    def folded(self) -> list[Row]:
        """The same, texts that are too long for their column in several lines."""
        return [line for row in self.flat for line in self._folded(row)]

    def _folded(self, row: Row) -> Iterator[Row]:
        parts = [
            list(wrapped(text, wide)) if _folds(text, wide) and not column.numeric else [text]
            for text, (column, wide) in zip(row.texts, self._pairs(), strict=True)
        ]
        for texts in zip_longest(*parts, fillvalue=""):
            yield Row(texts, row.inks)


def _folds(text: str, wide: int) -> bool:
    """Whether it can be broken at blanks alone; a name is easier to know cut than in pieces."""
    return width(text) > wide and max(map(width, text.split()), default=wide + 1) <= wide


def _write(grid: _Grid, page: Page, above: tuple[int, int], shown: Sequence[Row]) -> None:
    """``above``: the rows of the heads, and those with the rule."""
    (heads, ruled), at = above, 0
    for place, (column, room) in enumerate(zip(grid.columns, grid.widths, strict=True)):
        if at >= page.columns or (at + room > page.columns and at):
            page.write(0, page.columns - 1, "…", Ink.MUTED)
            break
        for row, text in enumerate(_lines(column.head, room, grid.heads)[-heads:] if heads else ()):
            page.write(row, at, pad(text, room, right=column.numeric), Ink.MUTED)
        if ruled > heads:
            page.write(heads, at, "─" * room, Ink.FRAME)
        for row, line in enumerate(shown):
            text = pad(line.texts[place], room, right=column.numeric)
            page.write(row + ruled, at, text, line.inks[place])
        at += room + grid.gap


def _lines(head: str, room: int, rows: int) -> list[str]:
    """A head in so many rows, broken at a blank if need be; it stands on the rule."""
    if rows < 2:
        return [head]
    if width(head) <= room or " " not in head:
        return ["", head]
    return list(_halves(head))


def _halves(head: str) -> tuple[str, str]:
    """A head broken where its longer part is shortest."""
    words = head.split(" ")
    halves = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    return min(halves, key=lambda parts: max(map(width, parts)), default=("", head))


def _fitted(widths: list[int], numeric: list[bool], room: int) -> list[int]:
    """Widths that fit together, taken from the widest text columns first."""
    widths = list(widths)
    excess = sum(widths) - room
    while excess > 0:
        wide = [i for i, w in enumerate(widths) if not numeric[i] and w > LEAST_TEXT]
        if not wide:
            break
        widest = max(wide, key=lambda i: widths[i])
        widths[widest] -= 1
        excess -= 1
    return widths


def _columns(view: Table) -> list[_Column]:
    return [_column(view, at) for at in range(_breadth(view))]


def _breadth(view: Table) -> int:
    return max([len(view.columns), *(len(row) for row in view.rows)], default=0)


def _column(view: Table, at: int) -> _Column:
    head = clean(str(view.columns[at])) if at < len(view.columns) else ""
    entries: list[Entry] = [_plain(row[at]) if at < len(row) else None for row in view.rows]
    given = [entry for entry in entries if entry is not None]
    numeric = bool(given) and not any(isinstance(entry, str) for entry in given)
    texts = _aligned(_alike(entries) if numeric else list(map(_spelled, entries)), numeric)
    inks = [_ink(entry, numeric) for entry in entries]
    return _Column(head, texts, inks, numeric)


def _plain(entry: object) -> Entry:
    """An entry as it would arrive from a run: what is neither text nor number becomes one."""
    return entry if entry is None or isinstance(entry, (str, int, float)) else scalar(entry)


def _alike(entries: Sequence[Entry]) -> list[str]:
    """Numbers of a column in one form: one with an exponent is hard to compare with one without."""
    texts = list(map(_spelled, entries))
    sizes = [abs(one) for one in entries if isinstance(one, float) and math.isfinite(one) and one]
    if not any("e" in text for text in texts) or all(map(_has_exponent, sizes)):
        return texts
    if min(sizes) >= LEAST_PLAIN and max(sizes) < MOST_PLAIN:
        return [_plainly(one) if isinstance(one, float) else _spelled(one) for one in entries]
    if max(sizes) < 1:
        return [_with_exponent(one) if isinstance(one, float) else _spelled(one) for one in entries]
    return texts


def _has_exponent(size: float) -> bool:
    return "e" in number(size)


def _plainly(value: float) -> str:
    """Without an exponent; thousands in groups, as counts have them."""
    return count(float(round(value))) if 1000 <= abs(value) < MOST_PLAIN else number(value)


def _with_exponent(value: float) -> str:
    return f"{value:.2e}" if value and math.isfinite(value) else number(value)


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
