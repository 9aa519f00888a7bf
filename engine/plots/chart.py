"""Pictures with axes: frame, limits, legend and cursor around the layers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from engine.plots import epochs as marking
from engine.plots import legend
from engine.plots.canvas import DOTS, Canvas
from engine.plots.cells import Ink
from engine.plots.curves import CurveLayer
from engine.plots.frame import (
    ROOM_FOR_X_LABEL,
    ROOM_FOR_Y_LABEL,
    Frame,
    Side,
    frame,
    said_of,
)
from engine.plots.layers import (
    Layer,
    LineLayer,
    MarkLayer,
    PathLayer,
    ScatterLayer,
    Setting,
    WalkerLayer,
    join,
)
from engine.plots.legend import Item
from engine.plots.lettering import count, number
from engine.plots.limits import TINY, Span, Sticky
from engine.plots.marks import Marks
from engine.plots.meetings import HEADS, met
from engine.plots.numbers import HUGE
from engine.plots.options import Curve, Glyphs, Limits, Options
from engine.plots.page import Page
from engine.plots.state import Reading, State
from engine.plots.surface import HALF, SurfaceLayer
from engine.views import Heatmap, Line, Mark, Path, Scatter, View, Walker

LEAST_ROWS_FOR_TITLE, LEAST_ROWS_FOR_SIGNS = 3, 8
UPWARD, ACROSS = "↑", "→"
"""Before what an axis measures, where that is said in the legend."""
PLANE = "x", "y"
"""Names of axes that go without saying where room is short."""
LEGEND_SHARE, MOST_LEGEND = 3, 2
"""At most one in so many rows is legend; to name everything, more of them."""
FEW_CURVES = 2
"""Where there are more, the legend's room goes to their names and last values, without means."""


class Chart:
    """Draws layers into a frame; keeps limits, frame and colours from picture to picture."""

    def __init__(self, options: Options, state: State) -> None:
        self.options, self.state = options, state
        self._marks = options.marks or Marks(options.order)
        self._x, self._running, self._y = Sticky(), Sticky(growing=True), Sticky()
        self._surfaces: list[SurfaceLayer] = []
        self._frame: Frame | None = None
        self._heads: dict[tuple[int, int, int], int] = {}
        """Rows of the legend by the size of the page and how many names there are."""

    def draw(self, content: Sequence[View | Curve], page: Page, glyphs: Glyphs) -> None:
        """Draw everything in ``content`` that has axes onto the page."""
        layers = self._layers(content, glyphs)
        ghost = _ghost(content)
        parts = [layer.legend() for layer in layers]
        epochs = marking.epochs_of(content)
        ghost += [marking.said(epochs)] if epochs and page.rows >= marking.ROOM_TO_SAY else []
        items = [item for part in parts for item in part] + ghost
        head = self._head(items, page)
        x_label, y_label, said = self._labels(page.rows - head)
        y_says_log = not any(item.glyph == UPWARD for item in said)
        if said:
            ghost += said
            items += said
            head = self._head(items, page)
        key = page.rows, page.columns, len(items)
        head = max(head, self._heads.get(key, 0))
        rest = page.part(head, 0, page.rows - head, page.columns)
        x = Side(*self._x_limits(layers), x_label)
        y = Side(*self._y_limits(layers, x.span), y_label, y_says_log)
        canvas = self._framed(x, y, rest, glyphs)
        _draw(layers, canvas)
        if epochs is not None:
            marking.draw(epochs, canvas)
        self.state.reading = Reading.CURSOR
        if self._frame is not None:
            top, left, *_ = self._frame.inside
            self.state.origin = left, head + top
        if not any(map(_shows_something, layers)):
            canvas.page.center("no data yet", Ink.MUTED)
            self.state.reading = Reading.NOTHING
        elif self.state.cursor is not None:
            items = self._cursor(layers, canvas)
        else:
            if (canvas.strokes.many > 1).any():
                items = [*_noted(layers, parts, canvas), *ghost]
            items = self._with_signs(items, met(canvas), page)
            is_news = len(items) > key[2] or any(item.note for item in items)
            needed = self._head(items, page)
            if is_news and needed > head:  # what was only seen now needs another row, for good
                self._heads[key] = needed
                page.clear()
                self.draw(content, page, glyphs)
                return
        reads = self.state.cursor is not None
        legend.write(page.part(0, 0, head, page.columns), self.options.title, items, reads=reads)

    def _layers(self, content: Sequence[View | Curve], glyphs: Glyphs) -> list[Layer]:
        setting = Setting(self.options.x_log, self.options.y_log, glyphs)
        self._keep_surfaces(content)
        lines: list[LineLayer] = []
        layers: list[Layer] = []
        of = self._marks.of
        for view in content:
            match view:
                case Line():
                    lines.append(LineLayer(view, setting, of(view.name)))
                case Path():
                    layers.append(PathLayer(view, setting, of(view.name)))
                case Mark():
                    layers.append(MarkLayer(view, setting))
                case Walker():
                    layers.append(WalkerLayer(view, setting, of(view.name)))
                case Curve():
                    layers.append(CurveLayer(view, setting, of(view.name), self.options.smooth))
        curves = [layer for layer in layers if isinstance(layer, CurveLayer)]
        for curve in curves:
            curve.says_mean = len(curves) <= FEW_CURVES
        fit = lines[0] if lines and self.options.residuals else None
        points = [ScatterLayer(view, setting, fit) for view in content if isinstance(view, Scatter)]
        # Marks know only of heads that are drawn before them.
        layers.sort(key=lambda layer: isinstance(layer, MarkLayer))
        return [*self._surfaces, *points, *lines, *layers]

    def _keep_surfaces(self, content: Sequence[View | Curve]) -> None:
        """A view is a value: the same view again is not sampled again."""
        old = {id(layer.view): layer for layer in self._surfaces}
        self._surfaces = [
            old.get(id(view))
            or SurfaceLayer(view, contour=self.options.contour, halves=self.state.halves)
            for view in content
            if isinstance(view, Heatmap)
        ]

    def _head(self, items: list[Item], page: Page) -> int:
        if page.rows < LEAST_ROWS_FOR_TITLE or not (items or self.options.title):
            return 0
        title, columns, upto = self.options.title, page.columns, page.rows // MOST_LEGEND
        whole, most = legend.rows_needed(title, items, columns, upto), page.rows // LEGEND_SHARE
        if whole > most:
            whole = max(most, legend.rows_needed(title, legend.bare(items), columns, upto))
        return max(whole, 1)

    def _with_signs(self, items: list[Item], signs: list[Item], page: Page) -> list[Item]:
        """With what signs mean, where that costs no entry its value; numbers are told always."""
        most = page.rows // LEGEND_SHARE
        rows = legend.rows_needed(self.options.title, [*items, *signs], page.columns, most + 1)
        if rows <= most:
            return [*items, *signs]
        told = [sign for sign in signs if sign.name == HEADS]
        whole = legend.bare([*items, *told])
        most = page.rows // MOST_LEGEND
        fits = legend.rows_needed(self.options.title, whole, page.columns, most + 1) <= most
        if fits:
            return [*items, *told]
        # Of what does not fit, the last is left out.
        return [*told, *items] if page.rows >= LEAST_ROWS_FOR_SIGNS else items

    def _labels(self, rows: int) -> tuple[str, str, list[Item]]:
        """What is written at the axes of so many rows, and what for want of room in the legend."""
        x, y, said = self.options.x_label, self.options.y_label, []
        is_plane = (x, y) == PLANE and not (self.options.x_log or self.options.y_log)
        if is_plane and rows < ROOM_FOR_Y_LABEL:
            return x, "", []
        if rows < ROOM_FOR_Y_LABEL and (y or self.options.y_log):
            said, y = [Item(UPWARD, said_of(y, log=self.options.y_log))], ""
        if rows < ROOM_FOR_X_LABEL and (x or self.options.x_log):
            said.append(Item(ACROSS, said_of(x, log=self.options.x_log)))
        return x, y, said

    def _x_limits(self, layers: Sequence[Layer]) -> tuple[Span, bool]:
        """From where to where, and whether it may be a little longer."""
        log = self.options.x_log
        fixed = _fixed(self.options.x_limits, log)
        exact = join([layer.across(log) for layer in layers if layer.frames_x])
        loose = fixed is None and not exact[0] < exact[1] and self.state.zoom <= 1
        if fixed is not None:
            span = fixed
        elif exact[0] < exact[1]:
            span = Span(*exact)
        else:
            growing = any(layer.grows for layer in layers)
            sticky = self._running if growing else self._x
            span = sticky.follow(*join([layer.across(log) for layer in layers]), log=log)
        if self.state.zoom > 1:
            span = self._zoomed(span, layers)
        return span, loose

    def _zoomed(self, span: Span, layers: Sequence[Layer]) -> Span:
        """The last part of the data, in a window that moves by quarters of itself."""
        newest = join([layer.across(span.log) for layer in layers])[1]
        if math.isnan(newest):
            return span
        end = min(math.log10(newest) if span.log else newest, span.hi)
        size = (span.hi - span.lo) / self.state.zoom
        if size < max(abs(span.lo), abs(span.hi)) * 1e-11:
            return span
        start = span.lo + max(math.ceil((end - size - span.lo) / (size / 4)), 0) * (size / 4)
        return Span(start, start + size, span.log)

    def _y_limits(self, layers: Sequence[Layer], x: Span) -> tuple[Span, bool]:
        log = self.options.y_log
        fixed = _fixed(self.options.y_limits, log)
        extents = [layer.upright(x, log) for layer in layers]
        if fixed is not None:
            return fixed, False
        exact = join([e for e, layer in zip(extents, layers, strict=True) if layer.frames_x])
        if exact[0] < exact[1]:
            return Span(*exact), False
        return self._y.follow(*join(extents), log=log), True

    def _framed(self, x: Side, y: Side, page: Page, glyphs: Glyphs) -> Canvas:
        drawn = self._frame = frame(x, y, page.rows, page.columns, DOTS[glyphs])
        page.chars[...], page.ink[...] = drawn.page.chars, drawn.page.ink
        return Canvas(page.part(*drawn.inside), drawn.x, drawn.y, glyphs, self.state.colorless)

    def _cursor(self, layers: Sequence[Layer], canvas: Canvas) -> list[Item]:
        """Draw the cursor; returns what it reads."""
        page = canvas.page
        crossed = any(layer.frames_x for layer in layers)
        self.state.place(self._newest(layers, canvas), page.rows // 2)
        column, row = self.state.clamped(page.columns, page.rows if crossed else 1)
        wide, high = DOTS[canvas.glyphs]
        px = min((column + 0.5) * wide - 0.5, canvas.across - 1)
        py = min((row + 0.5) * high - 0.5, canvas.upright - 1)
        x = canvas.x.at(px / max(canvas.across - 1, 1))
        y = canvas.y.at(1 - py / max(canvas.upright - 1, 1))
        for layer in layers:
            x = layer.snapped(x)
        _rule(page, (slice(None), column), "│")
        if crossed:
            _rule(page, (row, slice(None)), "─")
        name = self.options.x_label or "x"
        items = [Item("│", name, count(x), "", Ink.ACCENT)]
        if crossed:
            items.append(Item("─", self.options.y_label or "y", number(y), "", Ink.ACCENT))
        return items + [item for layer in layers for item in layer.legend((x, y))]

    def _newest(self, layers: Sequence[Layer], canvas: Canvas) -> int:
        """The column of the newest data, where reading begins."""
        if any(layer.frames_x for layer in layers):
            return canvas.page.columns // 2
        newest = np.array([join([layer.across(canvas.x.log) for layer in layers])[1]])
        px = float(np.nan_to_num(canvas.px(newest))[0])
        return round(min(max(px, 0), canvas.across)) // DOTS[canvas.glyphs][0]


def _draw(layers: Sequence[Layer], canvas: Canvas) -> None:
    """All layers, stage by stage; only lines have a name on the canvas."""
    for stage in ("below", "behind", "line", "points", "top"):
        for owner, layer in enumerate(layers):
            canvas.strokes.owner = owner if stage == "line" else None
            getattr(layer, stage)(canvas)
    lines = [layer for layer in layers if isinstance(layer, LineLayer)]
    for line in lines if len(lines) > 1 else ():
        line.words(canvas)


def _ghost(content: Sequence[View | Curve]) -> list[Item]:
    """What the dots behind the curves are, once for all of them."""
    for view in content:
        if isinstance(view, Curve) and view.ghost is not None:
            return [Item("·", f"before: {view.before}" if view.before else "before")]
    return []


def _noted(layers: Sequence[Layer], parts: Sequence[list[Item]], canvas: Canvas) -> Iterator[Item]:
    """Legend entries; of a line that is hard to see, under which other it runs."""
    for owner, items in enumerate(parts):
        above = canvas.strokes.under(owner)
        if above is not None and items:
            yield replace(items[0], note=f"under {layers[above].name}")
            yield from items[1:]
        else:
            yield from items


def _rule(page: Page, place: tuple[slice | int, slice | int], char: str) -> None:
    """A line through blank cells that hides nothing."""
    empty = np.isin(page.chars[place], (" ", HALF))
    page.chars[place] = np.where(empty, char, page.chars[place])
    page.ink[place] = np.where(empty, Ink.ACCENT, page.ink[place])


def _fixed(limits: Limits, log: bool) -> Span | None:
    """Limits somebody asked for, in drawing units; None where they make no axis."""
    if limits is None:
        return None
    lo, hi = sorted(float(limit) for limit in limits)
    if not (-HUGE <= lo <= HUGE and -HUGE <= hi <= HUGE) or (log and lo <= 0):
        return None
    if log:
        lo, hi = math.log10(lo), math.log10(hi)
    return Span(lo, hi, log) if hi - lo > max(abs(lo), abs(hi), TINY) * 1e-12 else None


def _shows_something(layer: Layer) -> bool:
    return not math.isnan(layer.across(False)[0])
