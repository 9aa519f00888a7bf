"""Escapes control characters and escape sequences: a terminal shows them and never obeys them."""

from __future__ import annotations

CONTROL = {code: 0x2400 + code for code in range(32)} | {0x7F: 0x2421}
CONTROL |= dict.fromkeys(range(128, 160), 65533)
CONTROL[0x09] = 0x20
del CONTROL[0x0A]
CONTROL |= dict.fromkeys([0x061C, *range(0x200E, 0x2010), *range(0x202A, 0x202F)], 65533)
CONTROL |= dict.fromkeys(range(0x2066, 0x206A), 65533)
CONTROL |= dict.fromkeys([0x2028, 0x2029, *range(0xD800, 0xE000)], 65533)
"""Control characters but the newline become their pictures; "�" what turns the writing around, ends
lines without being a newline, or is half a character."""

NEWLINE = 0x240A


def escaped(text: str) -> str:
    """The same text with control characters as pictures; lines stay lines."""
    return text.translate(CONTROL)


def one_line(text: str) -> str:
    """The same as `escaped`, for a name or a sentence: a newline is a picture too."""
    return escaped(text).replace("\n", chr(NEWLINE))
