"""Layers of units from input to output, joined by lines as heavy as their weights."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

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
"""Parts of the largest weight: below the first a few dots are drawn, below the second many."""
STRONG = 0.7
"""Above this the line is doubled."""
UNITS = {Glyphs.BRAILLE: "●⊖⊕", Glyphs.BLOCKS: "●▼▲", Glyphs.ASCII: "●v^"}
"""A unit without a bias, with a negative and with a positive one."""
ROOMY = 8
"""Rows from which the legend may have two."""
FEW = 6
"""Dots across from one dot of a faint line to the next."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """Units that are drawn: their dot column and the dot rows of their middles."""

    width: int
    column: float
    rows: Floats


def draw(view: Network, page: Page, options: Options, glyphs: Glyphs) -> None:
    """Widths above, labels below; at most `MOST_UNITS` units of a layer are drawn.

    Every weight between units that are drawn is a line; only zeros are none. A bias is in the sign
    of its unit, and the range of a layer's biases below it.
    """
    widths = [max(int(n), 0) for n in view.widths]
    weights = [_matrix(value) for value in view.weights[: max(len(widths) - 1, 0)]]
    biases = [floats(array(value)) for value in view.biases[: max(len(widths) - 1, 0)]]
    title, facts = options.title or view.name, _facts(weights, glyphs)
    most = 2 if page.rows > ROOMY else 1 if page.rows > 2 else 0
    head = min(legend.rows_needed(title, facts, page.columns, 2), most)
    legend.write(page.part(0, 0, head, page.columns), title, facts)
    body = page.part(head, 0, page.rows - head, page.columns)
    if not widths:
        body.center("no layers yet", Ink.MUTED)
        return
    named, biased = bool(view.labels), any(len(bias) for bias in biases)
    above, below = (1, named + biased) if body.rows > 6 else (0, 0)
    if body.rows > 2 and max(widths) > min(MOST_UNITS, body.rows):
        above = 1  # it says what is left out
    inner = body.part(above, 0, body.rows - above - below, body.columns)
    canvas = Canvas(inner, Span(0.0, 1.0), Span(0.0, 1.0), glyphs)
    layers = _layers(widths, canvas)
    biggest = _biggest(weights)
    for at in range(len(layers) - 1):
        given = weights[at] if at < len(weights) else np.zeros((0, 0))
        _lines(canvas, layers[at], layers[at + 1], given, biggest)
    for at, layer in enumerate(layers):
        own = biases[at - 1] if 0 < at <= len(biases) else np.zeros(0)
        for row, bias in zip_longest(layer.rows.tolist(), own[: len(layer.rows)].tolist()):
            _unit(canvas, layer.column, row, bias)
        if layer.width > len(layer.rows):
            canvas.glyph(layer.column, canvas.upright - 1, "⋮", Ink.MUTED)
    wide = DOTS[glyphs][0]
    _captions(body, 0 if above else -1, _counts(body, layers), layers, wide)
    labels = [clean(str(label)) for label in view.labels[: len(layers)]]
    _captions(body, body.rows - below if below else -1, labels, layers, wide)
    if below and biased:
        _write_biases(body, biases, layers, wide)


def _unit(canvas: Canvas, column: float, row: float | None, bias: float | None) -> None:
    """A unit, with the sign of its bias where it has one."""
    if row is None:
        return
    signs = UNITS[canvas.glyphs]
    if not bias or bias != bias:
        canvas.glyph(column, row, signs[0], Ink.TITLE)
    elif bias < 0:
        canvas.glyph(column, row, signs[1], Ink.NEGATIVE)
    else:
        canvas.glyph(column, row, signs[2], Ink.POSITIVE)


def _counts(page: Page, layers: list[_Layer]) -> list[str]:
    """How many units there are, and how many of them are in the picture."""
    for between in (" of ", "/", ""):
        texts = [
            count(layer.width)
            if len(layer.rows) == layer.width
            else f"{len(layer.rows)}{between}{count(layer.width)}"
            if between
            else f"{count(layer.width)}⋮"  # the same sign stands below those that are drawn
            for layer in layers
        ]
        if max(map(len, texts)) <= _room(page, layers):
            return texts
    # Where not even those have room, once for all layers that are alike.
    return [text if at == 0 or text != texts[at - 1] else "" for at, text in enumerate(texts)]


def _write_biases(page: Page, biases: list[Floats], layers: list[_Layer], wide: int) -> None:
    """Lowest and highest of every layer; of all together where a layer has no room for its own."""
    for name, digits in (("bias ", 2), ("b ", 2), ("b ", 1)):
        texts = ["", *(_range(name, bias, digits) for bias in biases)]
        if max(map(len, texts)) <= _room(page, layers):
            _captions(page, page.rows - 1, texts, layers, wide)
            return
    page.part(page.rows - 1, 0, 1, page.columns).center(
        _range("biases ", np.concatenate(biases), 2), Ink.MUTED
    )


def _range(name: str, values: Floats, digits: int) -> str:
    good = values[np.isfinite(values)]
    if not len(good):
        return ""
    low, high = (number(float(end), digits) for end in (good.min(), good.max()))
    return f"{name}{low}" if low == high else f"{name}{low} to {high}"


def _room(page: Page, layers: list[_Layer]) -> int:
    """Columns for the words of one layer."""
    return max(page.columns // max(len(layers), 1) - 1, 1)


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
    for ink, sign in ((Ink.NEGATIVE, -1), (Ink.POSITIVE, 1)):
        chosen = (sizes < FAINT) & (np.sign(values) == sign)
        _hint(canvas, left, right, ins[chosen], outs[chosen], ink)
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


def _hint(canvas: Canvas, left: _Layer, right: _Layer, ins: Ints, outs: Ints, ink: Ink) -> None:
    """A few dots on the way: a weight that is there and hardly counts."""
    steps = max(round((right.column - left.column) / FEW), 2)
    part = (np.arange(steps) + 0.5) / steps
    start, end = left.rows[ins][:, None], right.rows[outs][:, None]
    px = np.broadcast_to(left.column + (right.column - left.column) * part, (len(ins), steps))
    canvas.points(px.ravel(), (start + (end - start) * part).ravel(), ink, ".")


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
    room = _room(page, layers)
    for at, (text, layer) in enumerate(zip(texts, layers, strict=False)):
        free = next((i for i, other in enumerate(texts[at + 1 :]) if other), 0)
        text = cut(text, (room + 1) * (free + 1) - 1)
        start = round(layer.column / wide - (width(text) - 1) / 2)
        page.write(row, min(max(start, 0), max(page.columns - width(text), 0)), text, Ink.MUTED)


def _facts(weights: list[Floats], glyphs: Glyphs) -> list[Item]:
    if not weights:
        return []
    odd = sum(int(w.size - np.count_nonzero(np.isfinite(w))) for w in weights)
    zeros = sum(int(np.count_nonzero(w == 0)) for w in weights)
    minus = "-" if glyphs is Glyphs.ASCII else "╌"
    plus = "+" if glyphs is Glyphs.ASCII else "━"
    return [
        Item(plus, "positive", "", "", Ink.POSITIVE),
        Item(minus, "negative", "", "", Ink.NEGATIVE),
        Item("", "largest", number(_biggest(weights), 3), ", ".join(warnings(odd, 0))),
        *([Item("", "zero", f"{zeros}, no line")] if zeros else []),
    ]
