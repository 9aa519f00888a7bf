"""Cells as lines of text, plain or with colours, and what a terminal can be expected to show."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import groupby

from engine.plots.cells import Cells, Ink
from engine.plots.options import Glyphs
from engine.plots.palette import ANSI_16, BOLD, DARK, LIGHT, paper_16, shade_color

COLORS = ("truecolor", "256", "16", "none")


def plain(cells: Cells) -> str:
    """Rows of text without a single escape sequence, without blanks at their ends."""
    return "\n".join("".join(row).rstrip() for row in cells.shaded().tolist())


def ansi(cells: Cells, colors: str = "truecolor", *, dark: bool = True) -> str:
    """Rows of text with colours; the terminal's own page shows wherever there is no paper.

    With 16 colours paper becomes shades; with "none" this is `plain`.
    """
    if colors == "none":
        return plain(cells)
    few = colors == "16"
    chars = (cells.shaded() if few else cells.chars).tolist()
    inks, papers = cells.ink.tolist(), cells.paper.tolist()
    rows = zip(chars, inks, papers, strict=True)
    return "\n".join(_row(*row, colors=colors, dark=dark) for row in rows)


def _row(chars: list[str], inks: list[int], papers: list[int], *, colors: str, dark: bool) -> str:
    codes = [
        _code(ink if char != " " else 0, paper, colors, dark)
        for char, ink, paper in zip(chars, inks, papers, strict=True)
    ]
    parts = []
    for code, group in groupby(zip(codes, chars, strict=True), key=lambda cell: cell[0]):
        text = "".join(char for _, char in group)
        parts.append(f"\x1b[{code}m{text}\x1b[0m" if code else text)
    return "".join(parts).rstrip(" ")


@lru_cache(maxsize=1024)
def _code(ink: int, paper: int, colors: str, dark: bool) -> str:
    if colors == "16":
        return _code_16(ink, paper)
    palette = DARK if dark else LIGHT
    codes = ["1"] if ink in BOLD else []
    if ink and colors == "256":
        codes.append(f"38;5;{palette.ink_256(Ink(ink))}")
    elif ink:
        codes.append("38;" + _color(palette.inks[Ink(ink)]))
    if paper and colors == "256":
        codes.append(f"48;5;{palette.paper_256(paper)}")
    elif paper:
        codes.append("48;" + _color(palette.heat[paper - 1]))
    return ";".join(codes)


def _code_16(ink: int, paper: int) -> str:
    if not ink and not paper:
        return ""
    color = ANSI_16[Ink(ink)] if ink else shade_color(paper)
    below = paper_16(paper) if ink else None
    code = str(30 + color if color < 8 else 82 + color)
    return code if below is None else f"{code};{40 + below}"


def _color(color: str) -> str:
    return "2;" + ";".join(str(int(color[i : i + 2], 16)) for i in (1, 3, 5))


def detect_glyphs(environ: Mapping[str, str], encoding: str) -> Glyphs:
    """What the terminal's font can be trusted with, from its name and its encoding."""
    if environ.get("TERM") == "dumb" or "utf" not in encoding.lower():
        return Glyphs.ASCII
    return Glyphs.BLOCKS if environ.get("TERM") == "linux" else Glyphs.BRAILLE


def detect_colors(environ: Mapping[str, str], *, terminal: bool) -> str:
    """How many colours to use: none with NO_COLOR, off a terminal or on a dumb one."""
    term = environ.get("TERM", "")
    if environ.get("NO_COLOR") or not terminal or term in ("", "dumb"):
        return "none"
    if environ.get("COLORTERM") in ("truecolor", "24bit"):
        return "truecolor"
    return "256" if "256" in term or term in ("xterm-kitty", "alacritty") else "16"
