"""Read a picture off the screen: find its mark in the legend, then follow the colour."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.terminal import Terminal

Points = NDArray[np.float64]

BRAILLE = range(0x2801, 0x2900)
DOTS = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]
"""Column and row of the dot that each bit of a braille character stands for."""


def curve(terminal: Terminal, name: str, mark: str = "▲") -> tuple[Points, Points]:
    """Where the curve of this name runs: per column of dots its mean height, both of shape (N,).

    Units are dots; y grows upwards. Empty when the screen shows no such curve.
    """
    cells = terminal.cells()
    rows = ["".join(cell.text or " " for cell in row) for row in cells]
    words = f"{mark} {name}"
    top = next((y for y, row in enumerate(rows) if words in row), None)
    if top is None:
        return np.empty(0), np.empty(0)
    ink = cells[top][rows[top].index(words)].ink
    heights: dict[int, list[int]] = {}
    for y in range(top + 1, len(rows)):
        if "└" in rows[y]:
            break
        for x, cell in enumerate(cells[y]):
            code = ord(cell.text) if len(cell.text) == 1 else 0
            if cell.ink == ink and code in BRAILLE:
                for bit, (across, down) in enumerate(DOTS):
                    if (code - 0x2800) >> bit & 1:
                        heights.setdefault(2 * x + across, []).append(-(4 * y + down))
    columns = sorted(heights)
    return (
        np.array(columns, dtype=float),
        np.array([np.mean(heights[column]) for column in columns]),
    )


def bend(points: tuple[Points, Points]) -> float:
    """How far a curve lies from its own best straight line, in dots (root mean square)."""
    x, y = points
    return float(np.sqrt(np.mean((y - np.polyval(np.polyfit(x, y, 1), x)) ** 2)))


def number(terminal: Terminal, name: str) -> float | None:
    """The number that stands behind a name, such as in the legend "mse 3.180"; None without one."""
    found = re.search(rf"(?<!\w){re.escape(name)} +(-?\d[\d.e+-]*?)\.?(?![\d.e+-])", terminal.text)
    return float(found[1]) if found else None


def ended(words: str = "finished") -> Callable[[Terminal], Any]:
    """Whether the status row says that a run has ended so."""
    return lambda terminal: re.search(rf"[✓■✗] {words}", terminal.text)


def focused(terminal: Terminal) -> tuple[int, int] | None:
    """Row and column of the focused knob's value; None when no knob has the focus."""
    rows = terminal.text.splitlines()
    return next(((y, row.index("‹")) for y, row in enumerate(rows) if "‹" in row), None)


def focus(terminal: Terminal, label: str) -> None:
    """Press tab until the knob of this label has the focus."""
    for _ in range(40):
        if re.search(rf"{re.escape(label)} +‹", terminal.text):
            return
        next_focus(terminal)
    raise AssertionError(f"tab never came to {label}\n{terminal.text}")


def next_focus(terminal: Terminal) -> None:
    """Press tab; what it comes to need not be a knob."""
    before = focused(terminal)
    terminal.press("tab")
    terminal.wait_for(lambda t: focused(t) != before, seconds=2)


def type_value(terminal: Terminal, label: str, value: str) -> None:
    """Go to a knob, type a value, and wait until it is taken."""
    focus(terminal, label)
    terminal.press("enter", *value)
    terminal.until(f"{value}▏")
    terminal.press("enter")
    terminal.until(f"‹{value}›")


def turn_to(terminal: Terminal, title: str) -> None:
    """Turn pages until the one of this title is open, and its stage is laid out."""
    terminal.until(lambda t: re.search(r"\d/\d+ ", t.text) is not None)
    while not re.search(rf"\d/\d+  {title}\b", terminal.text):
        next_page(terminal)
    terminal.until("Press r to run")


def next_page(terminal: Terminal) -> None:
    """Turn one page."""
    place = re.search(r"\d+/\d+", terminal.text)
    assert place, terminal.text
    terminal.press("n")
    terminal.until(lambda t: place[0] not in t.text)
