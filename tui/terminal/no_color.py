"""Styles without a colour: what a paper of its own said is said by reversed cells.

With ``NO_COLOR`` Textual still sends shades of grey. Here not one code of a colour is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from textual.color import Color

ALIKE = 3
"""Shades (0 to 255) that count as the same paper: what lies under a veil is a bit off."""

FAINT = 90
"""Ink this near to its paper, in shades, is meant to be overlooked."""

PAPERS = ("background", "surface", "panel")
"""Theme variables: papers that say nothing."""

REVERSED, DIM = "7", "2"


class Uncolored:
    """Takes the colours out of styles (SGR codes such as ``"1;38;2;9;9;9;48;2;3;3;3"``).

    Args:
        variables: the theme's, as they are now.
    """

    def __init__(self, variables: Callable[[], Mapping[str, str]]) -> None:
        self._variables = variables
        self._known: dict[tuple[object, str], str] = {}

    def __call__(self, codes: str) -> str:
        """The same style without its colours."""
        variables = self._variables()
        papers = tuple(variables.get(name, "black") for name in PAPERS)
        known = self._known.get((papers, codes))
        if known is None:
            known = self._known[papers, codes] = without_colors(codes, map(shade_of, papers))
        return known


def shade_of(color: str) -> int:
    """How bright a colour of the theme is, 0 to 255."""
    return Color.parse(color).monochrome.r


def without_colors(codes: str, papers: Iterator[int]) -> str:
    """SGR codes without colours, given the shades of the papers that say nothing."""
    kept, ink, paper = split(codes)
    if REVERSED in kept or paper is None:
        return ";".join(kept)
    if all(abs(paper - plain) > ALIKE for plain in papers):
        return ";".join([*kept, REVERSED])
    if ink is not None and abs(ink - paper) < FAINT and DIM not in kept:
        return ";".join([*kept, DIM])
    return ";".join(kept)


def split(codes: str) -> tuple[list[str], int | None, int | None]:
    """SGR codes that are no colours, and the shades of ink and paper where they are told."""
    kept: list[str] = []
    shades: dict[str, int | None] = {"38": None, "48": None}
    left = iter(codes.split(";"))
    for code in left:
        if code in shades:
            shades[code] = extended(left)
        elif not is_basic_color(code):
            kept.append(code)
    return kept, shades["38"], shades["48"]


def extended(left: Iterator[str]) -> int | None:
    """Take in what follows 38 or 48; the shade, where it is told in red, green and blue."""
    if next(left, "") != "2":
        next(left, "")
        return None
    red, green, blue = (int(next(left, "") or 0) for _ in range(3))
    return Color(red, green, blue).monochrome.r


def is_basic_color(code: str) -> bool:
    """Whether a code is one of the sixteen colours, or puts the terminal's own back."""
    number = int(code or 0)
    return 30 <= number <= 49 or 90 <= number <= 107
