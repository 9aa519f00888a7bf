"""Text from elsewhere, made harmless: a terminal shows it and never obeys it."""

from __future__ import annotations

CONTROL = {code: 0x2400 + code for code in range(32)} | {0x7F: 0x2421}
CONTROL |= dict.fromkeys(range(128, 160), 65533)
CONTROL[0x09] = 0x20
del CONTROL[0x0A]
"""Control characters but the newline become their pictures."""


def inert(text: str) -> str:
    """The same text with control characters as pictures; lines stay lines."""
    return text.translate(CONTROL)
