"""Layers of units from input to output, joined by lines as heavy as their weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.plots import legend
from engine.plots.canvas import DOTS, Canvas, Ints, Pattern
from engine.plots.cells import Ink
from engine.plots.layers import warnings
from engine.plots.legend import Item
from engine.plots.lettering import clean, count, cut, number, width
from engine.plots.limits import Span
from engine.plots.numbers import Floats, array, floats
from engine.plots.options import Glyphs, Options
from engine.plots.page import Page
from engine.views import Network

MOST_UNITS = 16
FAINT, MIDDLE = 0.15, 0.4
"""Parts of the largest weight: below the first nothing is drawn, below the second dots."""
STRONG = 0.7
"""Above this the line is doubled."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """Units that are drawn: their dot column and the dot rows of their middles."""

    width: int
    column: float
    rows: Floats


def draw(view: Network, page: Page, options: Options, glyphs: Glyphs) -> None:
    """Widths above, labels below; at most `MOST_UNITS` units of a layer are drawn."""
    widths = [max(int(n), 0) for n in view.widths]
    weights = [_matrix(value) for value in view.weights[: max(len(widths) - 1, 0)]]
    head = 1 if page.rows > 4 else 0
    legend.write(
        page.part(0, 0, head, page.columns), options.title or view.name, _facts(weights, glyphs)
    )
    body = page.part(head, 0, page.rows - head, page.columns)
    if not widths:
        body.center("no layers yet", Ink.MUTED)
        return
    above, below = (1, 1 if view.labels else 0) if body.rows > 6 else (0, 0)
    inner = body.part(above, 0, body.rows - above - below, body.columns)
    canvas = Canvas(inner, Span(0.0, 1.0), Span(0.0, 1.0), glyphs)
    layers = _layers(widths, canvas)
    biggest = _biggest(weights)
    for at in range(len(layers) - 1):
        given = weights[at] if at < len(weights) else np.zeros((0, 0))
        _lines(canvas, layers[at], layers[at + 1], given, biggest)
    for layer in layers:
        for row in layer.rows.tolist():
            canvas.glyph(layer.column, row, "●", Ink.TITLE)
        if layer.width > len(layer.rows):
            canvas.glyph(layer.column, canvas.upright - 1, "⋮", Ink.MUTED)
    wide = DOTS[glyphs][0]
    _captions(body, 0 if above else -1, [count(n) for n in widths], layers, wide)
    labels = [clean(str(label)) for label in view.labels[: len(layers)]]
    _captions(body, body.rows - 1 if below else -1, labels, layers, wide)


def _matrix(weight: object) -> Floats:
    """Weights of shape (out, in); anything else is made one."""
    found = array(weight)
    flat = floats(found)
    if found.ndim >= 2 and found.size:
        return flat.reshape(found.shape[0], -1)
    return flat.reshape(-1, 1)


def _biggest(weights: list[Floats]) -> float:
    sizes = [float(np.abs(w[np.isfinite(w)]).max(initial=0.0)) for w in weights]
    return max(sizes, default=0.0)


def _layers(widths: list[int], canvas: Canvas) -> list[_Layer]:
    wide, high = DOTS[canvas.glyphs]
    edge = min(4, max(canvas.page.columns // (2 * len(widths)), 0))
    columns = np.linspace(edge, max(canvas.page.columns - 1 - edge, edge), len(widths))
    if len(widths) == 1:
        columns = np.array([(canvas.page.columns - 1) / 2])
    layers = []
    for units, column in zip(widths, np.rint(columns), strict=True):
        shown = min(units, MOST_UNITS, canvas.page.rows)
        if shown < units and canvas.page.rows > 1:
            shown = min(shown, canvas.page.rows - 1)
        room = canvas.page.rows - (1 if shown < units else 0)
        rows = (np.floor((np.arange(shown) + 0.5) * room / max(shown, 1)) + 0.5) * high - 0.5
        layers.append(_Layer(units, float(column * wide + (wide - 1) / 2), rows))
    return layers


def _lines(canvas: Canvas, left: _Layer, right: _Layer, weights: Floats, biggest: float) -> None:
    """Lines between two layers, faint ones first so that strong ones stay whole."""
    shown = weights[: len(right.rows), : len(left.rows)]
    outs, ins = np.indices(shown.shape).reshape(2, -1)
    values = shown.reshape(-1)
    if not len(values):  # the layers are known, their weights are not
        outs, ins = np.indices((len(right.rows), len(left.rows))).reshape(2, -1)
        _join(canvas, left, right, ins, outs, Ink.GHOST, Pattern.DOTTED)
        return
    with np.errstate(all="ignore"):
        sizes = np.abs(values) / biggest if biggest else np.zeros(len(values))
    for low, high in ((FAINT, MIDDLE), (MIDDLE, STRONG), (STRONG, np.inf)):
        for ink, sign in ((Ink.NEGATIVE, -1), (Ink.POSITIVE, 1)):
            chosen = (sizes >= low) & (sizes < high) & (np.sign(values) == sign)
            pattern = _pattern(low, sign)
            _join(canvas, left, right, ins[chosen], outs[chosen], ink, pattern)
            if low == STRONG and canvas.glyphs is Glyphs.BRAILLE:
                _join(canvas, left, right, ins[chosen], outs[chosen], ink, pattern, lower=1.0)


def _pattern(low: float, sign: int) -> Pattern:
    """Dots for a small weight, dashes for a negative one."""
    if low == FAINT:
        return Pattern.DOTTED
    return Pattern.SOLID if sign > 0 else Pattern.DASHED


def _join(
    canvas: Canvas,
    left: _Layer,
    right: _Layer,
    ins: Ints,
    outs: Ints,
    ink: Ink,
    pattern: Pattern,
    lower: float = 0.0,
) -> None:
    ends = np.ones(len(ins))
    letter = {Pattern.DOTTED: ".", Pattern.DASHED: "-", Pattern.SOLID: "+"}[pattern]
    canvas.segments(
        left.column * ends,
        left.rows[ins] + lower,
        right.column * ends,
        right.rows[outs] + lower,
        ink,
        letter,
        pattern=pattern,
    )


def _captions(page: Page, row: int, texts: list[str], layers: list[_Layer], wide: int) -> None:
    """Texts centred on their layers, as wide as the space between them."""
    room = max(page.columns // max(len(layers), 1) - 1, 1)
    for text, layer in zip(texts, layers, strict=False):
        text = cut(text, room)
        start = round(layer.column / wide - (width(text) - 1) / 2)
        page.write(row, min(max(start, 0), max(page.columns - width(text), 0)), text, Ink.MUTED)


def _facts(weights: list[Floats], glyphs: Glyphs) -> list[Item]:
    if not weights:
        return []
    odd = sum(int(w.size - np.count_nonzero(np.isfinite(w))) for w in weights)
    minus = "-" if glyphs is Glyphs.ASCII else "╌"
    plus = "+" if glyphs is Glyphs.ASCII else "━"
    return [
        Item(plus, "positive", "", "", Ink.POSITIVE),
        Item(minus, "negative", "", "", Ink.NEGATIVE),
        Item("", "largest", number(_biggest(weights), 3), ", ".join(warnings(odd, 0))),
    ]
