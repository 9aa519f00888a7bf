"""A tensor as a heat map table: values on backgrounds by their size, or backgrounds alone."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.plots import legend
from engine.plots.cells import Ink
from engine.plots.heat import finite_range, levels
from engine.plots.layers import warnings
from engine.plots.legend import Item
from engine.plots.lettering import clean, number, pad, width
from engine.plots.memory import Memory
from engine.plots.numbers import Floats, array
from engine.plots.options import Options
from engine.plots.page import Page
from engine.plots.prose import wrapped
from engine.plots.state import Reading, State
from engine.views import Grid

COMPACT_WIDTH = 2
ROWS_FOR_NOTE = 5
BRIGHT_PAPER = 8
"""From here on coloured ink is hard to read."""
SIZE = "size 0"
"""Where the colours of a tensor that says nothing of its memory begin."""
Matrix = NDArray[Any]


@dataclass(frozen=True, slots=True)
class _Tensor:
    """What is shown of a tensor: one matrix of it, and what holds for all of it."""

    whole: NDArray[Any]
    matrix: Matrix
    index: tuple[int, ...]
    """The slice the matrix is, in the dimensions before its own."""
    wrapped: bool
    """The matrix is a vector, broken into rows."""
    biggest: float
    spell: Callable[[Any], str]
    memory: Memory | None = None
    before: int = 0
    """How many values stand before the slice, in reading order."""

    def place(self, row: int, column: int) -> str:
        """The index of an element as one writes it: ``[2, 0, 7]``."""
        if self.wrapped:
            return f"[{row * self.matrix.shape[1] + column}]" if self.whole.ndim else "[]"
        return "[" + ", ".join(map(str, (*self.index, row, column))) + "]"

    def number(self, row: int, column: int) -> int:
        """Which value it is, counted in reading order."""
        return self.before + row * int(self.matrix.shape[1]) + column

    def exists(self, row: int, column: int) -> bool:
        """Whether a wrapped vector reaches this far."""
        return not self.wrapped or row * self.matrix.shape[1] + column < self.whole.size


def size_of(view: Grid, columns: int) -> tuple[int, int]:
    """Rows and columns of all values of one slice, with their indices; a vector is wrapped."""
    whole = array(view.values)
    if not whole.size:
        return 1, 1
    tensor = _tensor(whole, State(), columns)
    rows, across = tensor.matrix.shape
    cell = max(map(width, map(tensor.spell, _sample(tensor.matrix)))) + 1
    last = (rows - 1) * across if tensor.wrapped else rows - 1
    return rows + 1, len(str(last)) + 1 + across * cell


def draw(view: Grid, page: Page, options: Options, state: State) -> None:
    """Indices above and at the left; what does not fit is said in the last row."""
    whole = array(view.values)
    if not whole.size:
        _head(page, options, view, [Item("", "shape", str(tuple(whole.shape)))])
        page.part(1, 0, page.rows - 1, page.columns).center("no elements", Ink.MUTED)
        return
    tensor = _tensor(whole, state, page.columns)
    tensor = replace(tensor, memory=Memory.of(view, whole.size))
    compact = _is_compact(tensor, page, options, state)
    state.compacted = compact
    room = max(map(width, map(tensor.spell, _sample(tensor.matrix)))) + 1
    cell = COMPACT_WIDTH if compact else room
    has_room = page.rows >= min(ROWS_FOR_NOTE, tensor.matrix.shape[0] + 3)
    notes = noted(view.note, page.columns) if has_room else []
    head = 0 if page.rows < 3 else 1 + len(notes)
    body = page.part(head, 0, page.rows - head, page.columns)
    read = _body(tensor, body, cell, state, compact=compact)
    if state.elements is not None:
        left, top, *rest = state.elements
        state.elements = (left, top + head, rest[0], rest[1], rest[2])
    if head:
        _head(page, options, view, read or _facts(tensor, state))
    for row, note in enumerate(notes if head else (), 1):
        page.write(row, 0, note, Ink.MUTED)


def noted(note: str, columns: int) -> list[str]:
    """The rows of a note: two at most."""
    first, *rest = wrapped(note, max(columns, 1))
    return [first, *([" ".join(rest)] if rest else [])] if note else []


def _tensor(whole: NDArray[Any], state: State, columns: int) -> _Tensor:
    sizes = np.abs(whole[np.isfinite(whole)]) if whole.dtype.kind in "fc" else _sizes(whole)
    biggest = float(sizes.max()) if sizes.size else 0.0
    spell = _speller(whole, biggest)
    lead = whole.shape[:-2]
    state.slices = math.prod(lead)
    state.slice = state.slice % max(state.slices, 1)
    if whole.ndim >= 2:
        index = tuple(int(i) for i in np.unravel_index(state.slice, lead)) if lead else ()
        matrix = whole[index]
        before = state.slice * matrix.size
        return _Tensor(whole, matrix, index, False, biggest, spell, before=before)
    flat = whole.reshape(-1)
    cell = max(map(width, map(spell, _sample(flat.reshape(1, -1))))) + 1
    across = _round_count(max((columns - len(str(flat.size)) - 1) // cell, 1), flat.size)
    padded = np.concatenate([flat, np.zeros(-flat.size % across, flat.dtype)])
    return _Tensor(whole, padded.reshape(-1, across), (), True, biggest, spell)


def _sizes(whole: NDArray[Any]) -> Floats:
    return np.abs(whole.astype(np.float64))


def _round_count(fits: int, size: int) -> int:
    """How many elements of a vector stand in a row: all, or a number one can count by."""
    if size <= fits:
        return size
    return max(int(n) for n in (1, 2, 5, *range(10, fits + 10, 10)) if n <= fits)


def _speller(whole: NDArray[Any], biggest: float) -> Callable[[Any], str]:
    """One spelling for the whole tensor, so that its values can be compared by eye."""
    kind = whole.dtype.kind
    if kind == "b":
        return lambda value: "True" if value else "False"
    if kind in "iu":
        return lambda value: str(int(value))
    if kind == "c":
        return lambda value: f"{complex(value):.3g}"
    if biggest and not 1e-3 <= biggest < 1e5:
        return lambda value: _special(value) or f"{value:.2e}"
    whole_digits = math.floor(math.log10(biggest)) + 1 if biggest else 1
    decimals = min(max(4 - whole_digits, 0), 4)
    finite = whole[np.isfinite(whole)]
    if bool(np.all(finite == np.rint(finite))):
        decimals = 0
    end = "" if decimals else "."
    return lambda value: _special(value) or f"{value:.{decimals}f}{end}"


def _special(value: float) -> str:
    """Spellings that tell zero and what is no number from everything else."""
    if value == 0:
        return "0"
    return "" if math.isfinite(value) else number(value)


def _sample(matrix: Matrix) -> list[Any]:
    """Elements whose spellings are as wide as any: the extremes, and whatever is not finite."""
    flat = matrix.reshape(-1)
    if flat.size <= 4096 or flat.dtype.kind == "c":
        return list(flat[:4096].tolist())
    found = [flat.min(), flat.max(), *flat[:4096].tolist()]
    if flat.dtype.kind == "f" and not np.isfinite(flat).all():
        good = flat[np.isfinite(flat)]
        found = [math.nan, -math.inf, *(good.min(), good.max())[: good.size], *flat[:4096].tolist()]
    return found


def _is_compact(tensor: _Tensor, page: Page, options: Options, state: State) -> bool:
    wanted = options.compact if state.compact is None else state.compact
    if wanted is not None:
        return wanted
    if tensor.wrapped:
        return False
    rows, columns = tensor.matrix.shape
    cell = max(map(width, map(tensor.spell, _sample(tensor.matrix)))) + 1
    left, above = len(str(rows - 1)) + 1, 2
    spelled = columns * cell + left <= page.columns and rows + above <= page.rows
    colored = columns * COMPACT_WIDTH + left <= page.columns and rows + above <= page.rows
    return colored and not spelled


def _body(tensor: _Tensor, page: Page, cell: int, state: State, *, compact: bool) -> list[Item]:
    """Indices and elements; returns what the cursor reads."""
    rows, columns = tensor.matrix.shape
    last = (rows - 1) * columns if tensor.wrapped else rows - 1
    left = len(str(last)) + 1 if page.columns > 8 else 0
    above = 1 if page.rows > 2 else 0
    fits = max((page.columns - left) // cell, 1)
    room = max(page.rows - above, 1)
    if (rows > room or columns > fits) and room > 1:
        room -= 1
    read = _follow(tensor, state, fits, room)
    first_column, first_row = state.window(fits, room, (columns, rows))
    state.reading = Reading.CURSOR
    shown = tensor.matrix[first_row : first_row + room, first_column : first_column + fits]
    origin = first_row, first_column
    state.elements = left, above, cell, first_column, first_row
    _indices(tensor, page, cell, origin, shown.shape, (left, above))
    inner = page.part(above, left, shown.shape[0], page.columns - left)
    _elements(tensor, inner, cell, origin, shown, state, compact=compact)
    hidden = tensor.matrix.size - shown.size
    if hidden and room < page.rows - above:
        foot = page.part(above + shown.shape[0], 0, 1, page.columns)
        _say_cut(foot, origin, shown.shape, (rows, columns), hidden)
    return read


def _say_cut(
    page: Page, origin: tuple[int, int], shown: tuple[int, ...], whole: tuple[int, int], hidden: int
) -> None:
    parts = [f"… {hidden} more"]
    for name, first, size, all_of in zip(("rows", "columns"), origin, shown, whole, strict=True):
        if size < all_of:
            parts.append(f"{name} {first}–{first + size - 1} of {all_of}")
    page.write(0, 0, " · ".join(parts), Ink.MUTED)


def _follow(tensor: _Tensor, state: State, fits: int, room: int) -> list[Item]:
    """Keep the cursor on the screen; returns what it reads."""
    if state.cursor is None:
        return []
    rows, columns = tensor.matrix.shape
    state.place(*state.scroll)
    column, row = state.clamped(columns, rows)
    left, top = state.scroll
    left = min(max(left, column - fits + 1), column)
    state.scroll = left, min(max(top, row - room + 1), row)
    if not tensor.exists(row, column):
        return []
    value = tensor.matrix[row, column]
    text = str(value) if tensor.whole.dtype.kind in "biuc" else f"{float(value):.8g}"
    return [Item(tensor.place(row, column), "=", text, "", Ink.ACCENT)]


def _indices(
    tensor: _Tensor,
    page: Page,
    cell: int,
    origin: tuple[int, int],
    shown: tuple[int, ...],
    margins: tuple[int, int],
) -> None:
    left, above = margins
    step = tensor.matrix.shape[1] if tensor.wrapped else 1
    for row in range(shown[0] if left else 0):
        text = pad(str((origin[0] + row) * step), left - 1, right=True)
        page.write(above + row, 0, text, Ink.TICK)
    if not above:
        return
    every = -(-(len(str(origin[1] + shown[1])) + 1) // cell)
    for column in range(0, shown[1], every):
        text = pad(str(origin[1] + column), min(cell * every, page.columns), right=every == 1)
        page.write(0, left + column * cell, text, Ink.TICK)


def _elements(
    tensor: _Tensor,
    page: Page,
    cell: int,
    origin: tuple[int, int],
    shown: Matrix,
    state: State,
    *,
    compact: bool,
) -> None:
    sizes = np.abs(shown) if shown.dtype.kind in "fc" else _sizes(shown)
    papers = levels(np.asarray(sizes, dtype=np.float64), 0.0, tensor.biggest)
    papers = np.where((sizes == 0) | ~np.isfinite(sizes), 0, papers)
    framed = set() if state.cursor is None else {state.cursor}
    for (row, column), value in np.ndenumerate(shown):
        at = origin[0] + row, origin[1] + column
        if not tensor.exists(*at):
            continue
        text = _sign(value) if compact else pad(tensor.spell(value), cell, right=True)
        paper = papers[row, column]
        ink = Ink.TITLE if paper > BRIGHT_PAPER else _ink(value)
        if tensor.memory is not None:
            index = tensor.number(*at)
            paper, ink = tensor.memory.papers[index], tensor.memory.ink(index)
            if index == tensor.memory.at:
                framed.add((at[1], at[0]))
        page.write(row, column * cell, text, ink)
        page.paper[row, column * cell : (column + 1) * cell] = paper
    for across, down in framed:  # last: the closing one stands where the next value begins
        if 0 <= down - origin[0] < shown.shape[0] and 0 <= across - origin[1] < shown.shape[1]:
            _brackets(page, down - origin[0], (across - origin[1]) * cell, cell, compact=compact)


def _brackets(page: Page, row: int, at: int, cell: int, *, compact: bool) -> None:
    """Show the element that is read without a colour."""
    page.write(row, at, "[", Ink.ACCENT)
    page.write(row, at + cell - (1 if compact else 0), "]", Ink.ACCENT)


def _sign(value: Any) -> str:
    """What colour alone would not say of an element: below zero, zero, no number."""
    if isinstance(value, (complex, np.complexfloating)):
        return ""
    if value != value:
        return "?"
    if math.isinf(value):
        return "!"
    return "-" if value < 0 else "·" if value == 0 else ""


def _ink(value: Any) -> Ink:
    if isinstance(value, (complex, np.complexfloating)):
        return Ink.TITLE
    if not math.isfinite(value):
        return Ink.WARNING
    return Ink.ZERO if value == 0 else Ink.POSITIVE if value > 0 else Ink.NEGATIVE


def _facts(tensor: _Tensor, state: State) -> list[Item]:
    items = [Item("", "shape", str(tuple(tensor.whole.shape)))]
    if tensor.index:
        place = ", ".join(map(str, tensor.index))
        items.append(Item("", "slice", f"[{place}, :, :]", "", Ink.MUTED))
    if tensor.memory is not None:
        return [*items, *tensor.memory.facts]
    odd = 0
    if tensor.whole.dtype.kind in "fc":
        odd = int(tensor.whole.size - np.count_nonzero(np.isfinite(tensor.whole)))
    sizes = [Item("", SIZE, _end(tensor, tensor.biggest), ramp=True)] if tensor.biggest else []
    if state.compacted and odd:
        ink = Ink.WARNING
        return [*items, Item("?", "NaN", "", "", ink), Item("!", "inf", "", "", ink), *sizes]
    if odd:
        items.append(Item(warning=", ".join(warnings(odd, 0))))
    low, high = finite_range(_reals(tensor.whole))
    if tensor.whole.size > 1 and low < high:
        ends = [_end(tensor, value) for value in (low, high)]
        between = [Item("", "from", f"{ends[0]} to {ends[1]}")]
        # Where values are not written, their colours are all there is; the last is the first to go.
        return [*items, *(sizes + between if state.compacted else between + sizes)]
    return [*items, *sizes]


def _end(tensor: _Tensor, value: float) -> str:
    """An end of the values, as they are spelled: whole numbers stay whole."""
    return str(int(value)) if tensor.whole.dtype.kind in "iu" else number(value, 3)


def _reals(whole: NDArray[Any]) -> Floats:
    found = np.abs(whole) if whole.dtype.kind == "c" else whole
    return np.asarray(found, dtype=np.float64)


def _head(page: Page, options: Options, view: Grid, items: list[Item]) -> None:
    title = options.title or clean(view.name)
    if legend.rows_needed(title, items, page.columns, 2) > 1:
        items = [_shortened(one) if one.ramp else one for one in items]
    while len(items) > 1 and legend.rows_needed(title, items, page.columns, 2) > 1:
        items = items[:-1]  # the least of the facts stands last; the name stays
    legend.write(page.part(0, 0, 1, page.columns), title, items)


def _shortened(ramp: Item) -> Item:
    """A range of colours that still says what it is of: "place in memory 0" is "place 0"."""
    words = ramp.name.split()
    return replace(ramp, name=" ".join([*words[:1], *words[1:][-1:]]), is_short=True)
