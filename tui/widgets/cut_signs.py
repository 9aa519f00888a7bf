"""Signs at the edges of a row of text that goes on beyond them."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

LEFT_OUT, RIGHT_OUT = "‹", "›"


def told(
    strip: Strip, text: range, *, left: int, length: int, style: Style, spare: int | None
) -> Strip:
    """The row with a sign where something is out of sight.

    Args:
        strip: what is painted.
        text: the columns in which the text is.
        left: how many columns of the text are out of sight before them.
        length: how many columns the whole text has.
        style: of the signs, over what is there.
        spare: a column where there shall be none, as the cursor is there.
    """
    if not text:
        return strip
    if left and length and text[0] != spare:
        strip = _signed(strip, text[0], LEFT_OUT, style)
    if length - left > len(text) and text[-1] != spare:
        strip = _signed(strip, text[-1], RIGHT_OUT, style)
    return strip


def _signed(strip: Strip, column: int, sign: str, style: Style) -> Strip:
    here = next(iter(strip.crop(column, column + 1)), None)
    below = here.style if here and here.style else Style()
    one = Strip([Segment(sign, below + style)], 1)
    return Strip.join([strip.crop(0, column), one, strip.crop(column + 1)])
