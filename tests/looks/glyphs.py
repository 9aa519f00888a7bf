"""How characters look: braille, blocks and boxes drawn here, since fonts lack or misalign them."""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

WIDE, HIGH = 8, 16
"""Pixels of one cell."""

Mask = NDArray[np.float32]
"""How much of each pixel is ink, 0 to 1; shape (HIGH, WIDE), or (HIGH, 2 * WIDE)."""

FONTS = ("DejaVuSansMono", "LiberationMono-Regular", "Menlo", "consola")
BOLD_FONTS = ("DejaVuSansMono-Bold", "LiberationMono-Bold", "Menlo", "consolab")
OTHER_FONTS = ("DejaVuSans", "DejaVuMathTeXGyre")
"""For the few characters that the monospaced ones lack."""
NOBODY = "\U000effff"
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
BRAILLE_DOTS = [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (3, 0), (3, 1)]
"""Row and column of the dot that each bit stands for."""
QUADRANTS = {"▖": "2", "▗": "3", "▘": "0", "▙": "023", "▚": "03", "▛": "012", "▜": "013",
             "▝": "1", "▞": "12", "▟": "123"}  # fmt: skip
SHADES = {"░": 0.25, "▒": 0.5, "▓": 0.75, "█": 1.0}


@lru_cache(maxsize=4096)
def mask(char: str, *, bold: bool = False) -> Mask:
    """The pixels of one character."""
    code = ord(char[0])
    if 0x2800 <= code <= 0x28FF:
        return _braille(code - 0x2800)
    if 0x2500 <= code <= 0x257F:
        return _box(char[0])
    if 0x2580 <= code <= 0x259F:
        return _block(char[0], code)
    return _lettered(char, bold=bold)


def _blank(columns: int = 1) -> Mask:
    return np.zeros((HIGH, WIDE * columns), np.float32)


def _braille(bits: int) -> Mask:
    drawn = _blank()
    for bit, (row, column) in enumerate(BRAILLE_DOTS):
        if bits >> bit & 1:
            drawn[row * 4 + 1 : row * 4 + 3, column * 4 + 1 : column * 4 + 3] = 1
    return drawn


def _block(char: str, code: int) -> Mask:
    drawn = _blank()
    if char in SHADES:
        drawn[:] = SHADES[char]
    elif char in QUADRANTS:
        for quarter in map(int, QUADRANTS[char]):
            top, left = quarter // 2 * HIGH // 2, quarter % 2 * WIDE // 2
            drawn[top : top + HIGH // 2, left : left + WIDE // 2] = 1
    elif char in "▀▔":
        drawn[: HIGH // (2 if char == "▀" else 8)] = 1
    elif char in "▐▕":
        drawn[:, -WIDE // (2 if char == "▐" else 8) :] = 1
    elif code <= 0x2588:
        drawn[HIGH - (code - 0x2580) * HIGH // 8 :] = 1
    else:
        drawn[:, : (0x2590 - code) * WIDE // 8] = 1
    return drawn


def _box(char: str) -> Mask:
    """Lines from the middle to the sides that the character's name speaks of."""
    drawn = _blank()
    for side, heavy in _sides(unicodedata.name(char)).items():
        middle_row, middle, thick = HIGH // 2, WIDE // 2, 2 if heavy else 1
        rows, columns = slice(middle_row, middle_row + thick), slice(middle, middle + thick)
        match side:
            case "UP":
                drawn[: middle_row + thick, columns] = 1
            case "DOWN":
                drawn[middle_row:, columns] = 1
            case "LEFT":
                drawn[rows, : middle + thick] = 1
            case "RIGHT":
                drawn[rows, middle:] = 1
    if "DASH" in unicodedata.name(char):
        drawn[:, ::4] = 0
        drawn[::4] = 0
    return drawn


def _sides(name: str) -> dict[str, bool]:
    """Which sides a line goes to, and whether it is heavy there: "LIGHT DOWN AND RIGHT"."""
    found: dict[str, bool] = {}
    heavy = False
    waiting: list[str] = []
    for word in name.removeprefix("BOX DRAWINGS ").split():
        if word in ("LIGHT", "HEAVY", "DOUBLE", "SINGLE"):
            heavy = word in ("HEAVY", "DOUBLE")
            # In "UP HEAVY AND LEFT LIGHT" the weight follows its side.
            found |= dict.fromkeys(waiting, heavy)
            continue
        sides = {"VERTICAL": ["UP", "DOWN"], "HORIZONTAL": ["LEFT", "RIGHT"]}.get(word, [word])
        waiting = [side for side in sides if side in ("UP", "DOWN", "LEFT", "RIGHT")]
        found |= dict.fromkeys(waiting, heavy)
    return found


def _lettered(char: str, *, bold: bool) -> Mask:
    """A letter of a font, in the middle of its cell if the font is no monospaced one."""
    columns = 2 if unicodedata.east_asian_width(char[0]) in "WF" else 1
    font = _font_with(char, bold=bold)
    image = Image.new("L", (WIDE * columns, HIGH))
    left = max((WIDE * columns - font.getlength(char)) / 2, 0)
    ImageDraw.Draw(image).text((left, HIGH - 4), char, font=font, fill=255, anchor="ls")
    return np.asarray(image, np.float32) / np.float32(255)


def _font_with(char: str, *, bold: bool) -> Font:
    """The first font that has the character; the first of all where none has."""
    fonts = _fonts(bold=bold)
    return next((font for font in fonts if not _is_missing(font, char)), fonts[0])


def _is_missing(font: Font, char: str) -> bool:
    """Whether the font draws what it draws for a character that no font has."""
    return bytes(font.getmask(char)) == bytes(font.getmask(NOBODY))


@lru_cache(maxsize=2)
def _fonts(*, bold: bool) -> list[Font]:
    found: list[Font] = []
    for name in (*(BOLD_FONTS if bold else FONTS), *OTHER_FONTS):
        with suppress(OSError):
            found.append(ImageFont.truetype(name, 13))
    return [*found, ImageFont.load_default(12)]
