"""Text that is safe in a terminal cell grid, and numbers a person can read."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

ASCII_FOR = str.maketrans(
    {
        **dict.fromkeys("│┆┊╎▏▎▍▌▐▕", "|"),
        **dict.fromkeys("─┄╌╴╶╸╺", "-"),
        **dict.fromkeys("┃┏┓┗┛", "#"),
        "━": "=",
        **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯", "+"),
        **dict.fromkeys("•·∙", "."),
        **dict.fromkeys("█▉▊▋", "#"),
        **dict.fromkeys("“”„", '"'),
        **dict.fromkeys("‘’", "'"),
        **dict.fromkeys("–—−", "-"),
        "×": "x",
        "…": "~",
        "≤": "<",
        "≥": ">",
        "→": ">",
        "←": "<",
        "↑": "^",
        "↓": "v",
        "▸": ">",
        "◂": "<",
        **dict.fromkeys("●■▲◆▼□△", "@"),
        "○": "O",
        "∇": "g",
        "⋮": ":",
        "²": "2",
        "³": "3",
        "µ": "u",
        "μ": "u",
    }
)


@lru_cache(maxsize=4096)
def clean(text: str) -> str:
    """The text without anything that moves a cursor or has no width of its own.

    Control characters and code points this Python cannot measure become "?", white space becomes a
    blank, combining and formatting marks are dropped after composing what can be composed.
    """
    return "".join(map(_safe, unicodedata.normalize("NFC", text)))


def _safe(char: str) -> str:
    if char.isascii():
        return char if char.isprintable() else " " if char.isspace() else "?"
    kind = unicodedata.category(char)
    if kind in ("Mn", "Me", "Mc", "Cf"):
        return ""
    if kind in ("Zs", "Zl", "Zp"):
        return " "
    return "?" if kind[0] == "C" else char


@lru_cache(maxsize=4096)
def width(text: str) -> int:
    """Terminal columns of a clean text."""
    if text.isascii():
        return len(text)
    return sum(char_width(char) for char in text)


def char_width(char: str) -> int:
    """1 or 2 terminal columns."""
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def cut(text: str, columns: int) -> str:
    """The text, or its beginning and an ellipsis, in at most so many columns."""
    if width(text) <= columns:
        return text
    if columns < 1:
        return ""
    kept, used = [], 1
    for char in text:
        used += char_width(char)
        if used > columns:
            break
        kept.append(char)
    return "".join(kept) + "…"


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """The text cut or filled to exactly so many columns; ``right`` aligns it there."""
    text = cut(text, columns)
    blank = " " * (columns - width(text))
    return blank + text if right else text + blank


def number(value: float, digits: int = 4) -> str:
    """A number in steady width: ``0.3120``, ``12.50``, ``48213``, ``1.2e-05``, ``nan``."""
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 10 ** max(digits + 1, 5) or size < 1e-4:
        return f"{value:.{max(digits - 2, 0)}e}"
    # Of the rounded value: what rounds up to the next power of ten has a digit more in front.
    whole = math.floor(math.log10(float(f"{size:.{max(digits, 1) - 1}e}"))) + 1
    return f"{value:.{min(max(digits - whole, 0), digits + 2)}f}"


def count(value: float) -> str:
    """A count with narrow groups: ``12 400``."""
    if not math.isfinite(value) or abs(value) >= 1e15:
        return number(value)
    whole = round(value)
    return f"{whole:,}".replace(",", " ") if whole == value else number(value)


def spelled(values: Sequence[float]) -> list[str]:
    """Short spellings that share one unit, as the ticks of an axis should."""
    size = max(map(abs, values), default=0.0)
    for unit, suffix in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if 1e15 > size >= 10_000 and size >= unit:
            return [f"{value / unit:.10g}{suffix}" if value else "0" for value in values]
    return [short(value) for value in values]


def short(value: float) -> str:
    """The shortest honest spelling of a number: ``0``, ``0.5``, ``20000``, ``1e-5``."""
    size = abs(value)
    if size >= 1e15 or 0 < size < 1e-3:
        mantissa, exponent = f"{value:.6e}".split("e")
        return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
    return f"{value:.10g}"
