"""Cells as Textual strips, one segment a run of one style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from engine.plots import Cells

BLANK = ord(" ")


def strips(
    cells: Cells, rows: Mapping[int, Sequence[int]], styles: Mapping[int, Style]
) -> dict[int, Strip]:
    """Strips of some rows, whose segments also end at the columns given for each row.

    Textual sends whole segments: without a cut at the edges of what changed, a long run of one
    style would be sent again for a single cell.
    """
    chosen = list(rows)
    pens = _inks(cells, chosen).astype(np.int32) << 8 | cells.paper[chosen]
    columns = pens.shape[1]
    begins = np.ones(pens.shape, bool)
    np.not_equal(pens[:, 1:], pens[:, :-1], out=begins[:, 1:])
    for index, row in enumerate(chosen):
        if edges := rows[row]:
            begins[index, [edge for edge in edges if edge < columns]] = True
    at, starts = np.nonzero(begins)
    # All segments of all rows in one go: there are a few hundred of them in a frame.
    found = [styles[pen] for pen in pens[at, starts].tolist()]
    first = np.searchsorted(at, np.arange(len(chosen) + 1)).tolist()
    places = starts.tolist()
    strips: dict[int, Strip] = {}
    for index, (row, text) in enumerate(zip(chosen, _texts(cells.chars[chosen]), strict=True)):
        a, b = first[index], first[index + 1]
        ends = [*places[a + 1 : b], columns]
        strips[row] = Strip(_segments(text, places[a:b], ends, found[a:b]), columns)
    return strips


def _inks(cells: Cells, rows: list[int]) -> NDArray[np.uint8]:
    """Inks, where a blank has that of what stands before it: fewer changes of style to send."""
    inks = cells.ink[rows]
    places = np.arange(inks.size).reshape(inks.shape)
    written = np.where(cells.codes[rows] != BLANK, places, places[:, :1])
    found: NDArray[np.uint8] = inks.ravel().take(np.maximum.accumulate(written, axis=1))
    return found


def _segments(
    text: Sequence[str], starts: list[int], ends: list[int], styles: list[Style]
) -> list[Segment]:
    if isinstance(text, str):
        return [Segment(text[a:b], style) for a, b, style in zip(starts, ends, styles, strict=True)]
    return [
        Segment("".join(text[a:b]), style) for a, b, style in zip(starts, ends, styles, strict=True)
    ]


def _texts(chars: NDArray[np.str_]) -> list[Sequence[str]]:
    """Each row as one string, or as a list where a cell is empty behind a wide character."""
    if (chars == "").any():
        return [row.tolist() for row in chars]
    whole = np.ascontiguousarray(chars, dtype="<U1").view(f"<U{chars.shape[1]}")
    return list(whole[:, 0].tolist())


def spans(
    changed: NDArray[np.bool_], halves: NDArray[np.bool_], bridge: int
) -> list[tuple[int, int]]:
    """Runs of changed cells (start, end) of a row; gaps up to ``bridge`` are sent along.

    ``halves`` marks cells behind wide characters, which no run may cut off.
    """
    on = np.flatnonzero(changed)
    breaks = np.flatnonzero(np.diff(on) > bridge)
    starts = on[np.concatenate([[0], breaks + 1])]
    ends = on[np.concatenate([breaks, [len(on) - 1]])] + 1
    found = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        first = start - 1 if start and halves[start] else start
        last = end + 1 if end < len(changed) and halves[end] else end
        found.append((first, last))
    return found
