"""What signs mean that stand where several things of a picture share a cell."""

from __future__ import annotations

from engine.plots.canvas import POINTS, TRAIN, VALIDATION, Canvas
from engine.plots.cells import Ink
from engine.plots.legend import Item

BOTH = TRAIN | VALIDATION
ON_A_LINE = 4
"""Where the signs of points on a line begin."""

HEADS = "heads"
"""What numbers in a picture count."""


def met(canvas: Canvas) -> list[Item]:
    """Entries of the legend for such signs, as far as there are any."""
    counts = sorted({str(min(many, 9)) for many in canvas.taken.values() if many > 1})
    found = [Item(" ".join(counts), HEADS, note="in one place", ink=Ink.MUTED)] if counts else []
    signs = POINTS[canvas.glyphs]
    with_points = canvas.page.chars[canvas.points_in > 0]
    seen = [sign for sign in signs[BOTH:] if (with_points == sign).any()]
    if signs[BOTH] in seen:
        found.append(Item(str(signs[BOTH]), "both kinds", ink=Ink.MUTED))
    crossed = [str(sign) for sign in signs[ON_A_LINE + 1 :] if sign in seen]
    if crossed:
        found.append(Item(" ".join(crossed), "on a line", ink=Ink.MUTED))
    return found
