"""Screens as pixels, and many of them on one sheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.looks.glyphs import HIGH, WIDE, mask
from tests.terminal import Cell

INK, PAPER, EDGE = (212, 212, 212), (12, 12, 12), (90, 90, 90)
GAP = 6
MOST_PIXELS, MOST_WIDTH = 3_600_000, 2000
"""Of one sheet: more would be made smaller by whatever shows it, and could not be read."""
NAMED = {
    "black": "000000", "red": "cd3131", "green": "0dbc79", "brown": "e5e510",
    "blue": "2472c8", "magenta": "bc3fbc", "cyan": "11a8cd", "white": "e5e5e5",
    "brightblack": "666666", "brightred": "f14c4c", "brightgreen": "23d18b",
    "brightbrown": "f5f543", "brightblue": "3b8eea", "brightmagenta": "d670d6",
    "brightcyan": "29b8db", "brightwhite": "ffffff",
}  # fmt: skip
Pixels = NDArray[np.uint8]
"""Shape (height, width, 3)."""


class Look(NamedTuple):
    """What was seen: words that say of what, and the screen then."""

    caption: str
    cells: Sequence[Sequence[Cell]]

    @property
    def text(self) -> str:
        """The screen, row under row."""
        return "\n".join("".join(cell.text for cell in row).rstrip() for row in self.cells)


def pixels(look: Look) -> Pixels:
    """A screen under a row with its caption, in a frame."""
    title = f" {look.caption}".ljust(len(look.cells[0]))[: len(look.cells[0])]
    drawn = screen([[Cell(char, "black", "brightwhite") for char in title], *look.cells])
    return np.pad(drawn, ((1, 1), (1, 1), (0, 0)), constant_values=EDGE[0])


def screen(cells: Sequence[Sequence[Cell]]) -> Pixels:
    """A screen, row under row."""
    return np.concatenate([_row(row) for row in cells])


def _row(row: Sequence[Cell]) -> Pixels:
    inks = np.array([_color(cell.ink, INK) for cell in row], np.float32)
    papers = np.array([_color(cell.paper, PAPER) for cell in row], np.float32)
    reverse = np.array([cell.reverse for cell in row])[:, None]
    inks, papers = np.where(reverse, papers, inks), np.where(reverse, inks, papers)
    part = np.zeros((HIGH, len(row) * WIDE, 1), np.float32)
    for at, cell in enumerate(row):
        if cell.text.strip():
            found = mask(cell.text, bold=cell.bold)
            room = min(found.shape[1], (len(row) - at) * WIDE)
            part[:, at * WIDE : at * WIDE + room, 0] = found[:, :room]
        if cell.underscore:
            part[HIGH - 2, at * WIDE : (at + 1) * WIDE] = 1
    ink, paper = (np.repeat(each, WIDE, axis=0)[None] for each in (inks, papers))
    return np.asarray(np.rint(paper + part * (ink - paper)), np.uint8)


def _color(name: str, default: tuple[int, int, int]) -> tuple[int, int, int]:
    code = NAMED.get(name, name)
    try:
        return int(code[:2], 16), int(code[2:4], 16), int(code[4:6], 16)
    except ValueError:
        return default


def write(looks: Iterable[Look], stem: Path) -> list[Path]:
    """Sheets "STEM-1.png" and so on, two screens side by side, and "STEM.txt" with their text."""
    looks = list(looks)
    if not looks:
        return []
    stem.parent.mkdir(parents=True, exist_ok=True)
    texts = [f"=== {look.caption}\n{look.text}\n" for look in looks]
    stem.with_suffix(".txt").write_text("\n".join(texts), encoding="utf-8")
    drawn = [pixels(look) for look in looks]
    height, width = drawn[0].shape[:2]
    across = 2 if len(drawn) > 1 and 2 * width <= MOST_WIDTH else 1
    down = max(MOST_PIXELS // (height * width * across), 1)
    sheets = []
    for number, start in enumerate(range(0, len(drawn), across * down), 1):
        sheet = stem.with_name(f"{stem.name}-{number}.png")
        Image.fromarray(_arranged(drawn[start : start + across * down], across)).save(sheet)
        sheets.append(sheet)
    return sheets


def _arranged(drawn: Sequence[Pixels], across: int) -> Pixels:
    height, width = drawn[0].shape[:2]
    rows = -(-len(drawn) // across)
    sheet = np.zeros((rows * (height + GAP) - GAP, across * (width + GAP) - GAP, 3), np.uint8)
    for at, one in enumerate(drawn):
        top, left = at // across * (height + GAP), at % across * (width + GAP)
        sheet[top : top + height, left : left + width] = one
    return sheet
