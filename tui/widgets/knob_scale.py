"""Where in its range a knob stands, as a few cells of text, and the value at a place of them."""

from __future__ import annotations

import math

from lessons.format.knobs import Knob, Value

CELLS = 7
"""Of a number's scale."""

MOST_DOTS = 12
"""Choices beyond which a dot for each would be no help."""

TRACK, DOT, HERE = "─", "·", "●"


def positions(knob: Knob) -> int:
    """How many cells a knob's scale has; 0 for a knob without one."""
    if knob.kind == "bool":
        return 2
    if knob.kind in ("choice", "text"):
        return len(knob.choices) if 1 < len(knob.choices) <= MOST_DOTS else 0
    if knob.low is None or knob.high is None:
        return 0
    # A few whole numbers have a cell each.
    return min(CELLS, round(knob.high - knob.low) + 1) if knob.kind == "int" else CELLS


def scale(knob: Knob, value: Value) -> str:
    """For example "───●───", or "·●····" with a dot for each choice."""
    cells = [TRACK if knob.kind in ("float", "int") else DOT] * positions(knob)
    place = _place(knob, value)
    if cells and place is not None:
        cells[place] = HERE
    return "".join(cells)


def value_at(knob: Knob, cell: int) -> Value:
    """The value whose mark stands at a cell of the scale; a round one where it is a number."""
    if knob.kind == "bool":
        return cell > 0
    if knob.kind in ("choice", "text"):
        return knob.choices[cell]
    (low, high), last = _ends(knob), positions(knob) - 1
    if cell in (0, last):
        return _as(knob, low if cell == 0 else high)
    share = cell / last
    exact = low * (high / low) ** share if knob.log else low + (high - low) * share
    rounded = [_as(knob, float(f"{exact:.{digits}g}")) for digits in (1, 2, 3)]
    return next((each for each in rounded if _place(knob, each) == cell), rounded[-1])


def _as(knob: Knob, number: float) -> Value:
    return round(number) if knob.kind == "int" else number


def _place(knob: Knob, value: Value) -> int | None:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        return knob.choices.index(value) if value in knob.choices else None
    low, high = _ends(knob)
    if knob.log:
        low, high, value = math.log(low), math.log(high), math.log(value)
    return round((positions(knob) - 1) * (value - low) / (high - low))


def _ends(knob: Knob) -> tuple[float, float]:
    low, high = knob.low, knob.high
    return (0.0 if low is None else low), (1.0 if high is None else high)
