"""Styles as SGR codes: what they say, and the shortest way from one to another."""

from __future__ import annotations

from dataclasses import dataclass

ATTRIBUTES = frozenset("123456789") | {"53"}
"""Bold, dim, italic, underline, blinking twice, reverse, hidden, struck, overlined."""

SEEN_ON_BLANKS = frozenset("4567") | {"9", "53"}
"""Those that show where nothing is written."""

EXTENDED = {"2": 3, "5": 1}
"""By the code behind 38 or 48, how many numbers follow."""


@dataclass(frozen=True, slots=True)
class Style:
    """What a style's codes say; `codes` alone counts where some of them are not known here."""

    codes: str
    ink: str = ""
    paper: str = ""
    attributes: frozenset[str] = frozenset()
    is_known: bool = True

    @property
    def is_erasable(self) -> bool:
        """Whether a blank in this style shows nothing but the paper."""
        return self.is_known and not self.attributes & SEEN_ON_BLANKS


def read(codes: str) -> Style:
    """What codes say; of two that say the same kind of thing the later one counts."""
    ink = paper = ""
    attributes: set[str] = set()
    left = iter(codes.split(";") if codes else [])
    for code in left:
        color = code
        if code in ("38", "48"):
            kind = next(left, "")
            numbers = [next(left, "") for _ in range(EXTENDED.get(kind, 0))]
            if not numbers or not all(numbers):
                return Style(codes, is_known=False)
            color = ";".join([code, kind, *numbers])
        if code in ATTRIBUTES:
            attributes.add(code)
        elif code == "38" or is_basic(code, 30, 90):
            ink = color
        elif code == "48" or is_basic(code, 40, 100):
            paper = color
        else:
            return Style(codes, is_known=False)
    return Style(codes, ink, paper, frozenset(attributes))


def is_basic(code: str, dark: int, bright: int) -> bool:
    """Whether a code is one of sixteen colours."""
    return code.isdecimal() and any(0 <= int(code) - base < 8 for base in (dark, bright))


OFF = {
    "1": "22",
    "2": "22",
    "3": "23",
    "4": "24",
    "5": "25",
    "6": "25",
    "7": "27",
    "8": "28",
    "9": "29",
}
OFF |= {"53": "55"}
"""What ends an attribute; two of them end another one too."""


def change(before: Style | None, after: Style, *, ends: bool = True) -> str:
    """The shortest sequence that makes one style of another, `before` being None for any.

    Args:
        ends: whether the terminal can end a single attribute or colour.
    """
    if not after.codes:
        return "\x1b[m"
    whole = f"\x1b[0;{after.codes}m" if before is None or before.codes else f"\x1b[{after.codes}m"
    if before is None or not (before.is_known and after.is_known):
        return whole
    ended = {OFF[each] for each in before.attributes - after.attributes}
    left = {each for each in before.attributes if OFF[each] not in ended}
    codes = [*sorted(ended), *sorted(after.attributes - left)]
    codes += [after.ink or "39"] if after.ink != before.ink else []
    codes += [after.paper or "49"] if after.paper != before.paper else []
    if not ends and not {*ended, *codes}.isdisjoint({*OFF.values(), "39", "49"}):
        return whole
    return min(f"\x1b[{';'.join(codes)}m" if codes else "", whole, key=len)
