"""A live picture: draws views as they come and sends only the cells that changed."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.strip import Strip
from textual.theme import Theme
from textual.widget import Widget

from engine.plots import Cells, Curve, Glyphs, Options, Plot, detect_glyphs
from engine.views import View
from tui.widgets.plot_strips import spans, strips
from tui.widgets.plot_styles import PlotStyles

BRIDGE = 12
"""Unchanged cells that are cheaper to send again than a second jump of the cursor."""


WHEEL = 3
"""Rows that the mouse's wheel scrolls at once."""


class PlotView(Widget, can_focus=True):
    """One picture. When focused: arrows read or scroll, + and - zoom, 0 shows everything.

    Glyphs and colours that are not given are the app's (its attributes ``glyphs`` and ``colors``),
    or what the terminal seems to show.
    """

    DEFAULT_CSS = "PlotView { width: 1fr; height: 1fr; }"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1, 0)", "Read", show=False),
        Binding("right", "move(1, 0)", "Read", show=False),
        Binding("up", "move(0, -1)", "Read", show=False),
        Binding("down", "move(0, 1)", "Read", show=False),
        Binding("shift+left", "move(-10, 0)", "Read faster", show=False),
        Binding("shift+right", "move(10, 0)", "Read faster", show=False),
        Binding("pageup", "move(0, -10)", "Read faster", show=False),
        Binding("pagedown", "move(0, 10)", "Read faster", show=False),
        Binding("plus,equals_sign", "zoom(2)", "Zoom to the last part", show=False),
        Binding("minus", "zoom(-2)", "Zoom out", show=False),
        Binding("0", "zoom(0)", "Show everything", show=False),
        Binding("full_stop", "slice(1)", "Next slice", show=False),
        Binding("comma", "slice(-1)", "Previous slice", show=False),
        Binding("v", "compact", "Values or colours", show=False),
        Binding("escape", "leave", "Stop reading", show=False),
    ]

    def __init__(
        self,
        options: Options | None = None,
        *,
        glyphs: Glyphs | None = None,
        colors: str | None = None,
        id: str | None = None,  # noqa: A002 - Textual's own name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._glyphs, self._colors = glyphs, colors
        self.plot = Plot(options)
        self._content: Sequence[View | Curve] = ()
        self._state: list[object] = []
        """What tells the content from another; the same again need not be drawn again."""
        self._asked: Mapping[str, Sequence[str | int]] = {}
        self._cells: Cells | None = None
        self._strips: list[Strip] = []
        self._pens: PlotStyles | None = None
        """Styles by pen, on top of the widget's own; None when those may have changed."""

    def show(self, content: Sequence[View | Curve]) -> None:
        """Draw all that shares the picture; only cells that differ from the last are sent."""
        state = _state(content)
        if state == self._state and self._cells is not None:
            return
        self._content, self._state = content, state
        if not content and self._cells is not None:
            self._cells = None
            self.refresh()
        self._redraw()

    def look_at(self, rows: Mapping[str, Sequence[str | int]]) -> None:
        """Keep these rows of tables in sight, by the table's name."""
        if rows != self._asked:
            self._asked = rows
            self._redraw()

    @property
    def content(self) -> Sequence[View | Curve]:
        """What is drawn now."""
        return self._content

    def clear(self) -> None:
        """An empty picture with fresh limits."""
        self.plot = Plot(self.plot.options, self.plot.glyphs, self.plot.colors)
        self._content, self._state = (), []
        self._cells = None
        self.refresh()

    def configure(self, options: Options) -> None:
        """Other options, as for another picture; limits start afresh."""
        self.plot = Plot(options, self.plot.glyphs, self.plot.colors)
        self._content, self._state = (), []

    def on_mount(self) -> None:
        encoding = self.app.console.encoding
        self._glyphs = self._glyphs or getattr(self.app, "plot_glyphs", None)
        self._colors = self._colors or getattr(self.app, "plot_colors", None) or self._seen_colors()
        self._glyphs = self._glyphs or detect_glyphs(os.environ, encoding)
        self.plot = Plot(self.plot.options, self._glyphs, self._colors)
        self.app.theme_changed_signal.subscribe(self, self._theme_changed)
        if (changed := getattr(self.app, "glyphs_changed", None)) is not None:
            changed.subscribe(self, self._glyphs_changed)

    def on_resize(self, _event: events.Resize) -> None:
        self._redraw()

    def on_click(self, event: events.Click) -> None:
        """Read the picture there."""
        if self.plot.point(event.x, event.y):
            self._redraw()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel scrolls what is larger than its place."""
        self._wheel(event, WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The other way."""
        self._wheel(event, -WHEEL)

    def _wheel(self, event: events.MouseEvent, rows: int) -> None:
        if self.plot.scroll(rows):
            event.stop()
            self._redraw()

    def _theme_changed(self, _theme: Theme) -> None:
        self._pens = None
        self.refresh()

    def _glyphs_changed(self, glyphs: Glyphs) -> None:
        self._glyphs, self._cells = glyphs, None
        self.plot = Plot(self.plot.options, glyphs, self.plot.colors)
        self._redraw()

    def action_move(self, across: int, down: int) -> None:
        """Move what reads, or scroll."""
        self._used(self.plot.move(across, down))

    def action_zoom(self, factor: int) -> None:
        """Show less or more of the past."""
        self._used(self.plot.zoom(factor))

    def action_slice(self, step: int) -> None:
        """Another slice of a tensor."""
        self._used(self.plot.slice(step))

    def action_compact(self) -> None:
        """A tensor's values, or its colours."""
        self._used(self.plot.toggle_compact())

    def action_leave(self) -> None:
        """Back to the current values."""
        self._used(self.plot.leave())

    def _seen_colors(self) -> str:
        if os.environ.get("NO_COLOR"):
            return "none"
        system = self.app.console.color_system
        return {"256": "256", "standard": "16", "windows": "16"}.get(system or "", "truecolor")

    def _used(self, changed: bool) -> None:
        if not changed:  # the key may mean something to what is around the picture
            raise SkipAction
        self._redraw()

    def _redraw(self) -> None:
        if not self._content or not self.size.width or not self.size.height:
            return
        self.plot.state.asked = self._asked
        cells = self.plot.draw(self._content, self.size.width, self.size.height)
        old, self._cells = self._cells, cells
        if self._pens is None or old is None or old.chars.shape != cells.chars.shape:
            self._paint_all(cells)
            self.refresh()
        else:
            self._paint_changes(old, cells)

    def _paint_all(self, cells: Cells) -> None:
        made = self._strips_of(cells, dict.fromkeys(range(cells.chars.shape[0]), ()))
        self._strips = list(made.values())

    def _paint_changes(self, old: Cells, new: Cells) -> None:
        before, after = old.codes, new.codes
        changed = (before != after) | (old.ink != new.ink) | (old.paper != new.paper)
        runs = {
            row: spans(changed[row], (before[row] == 0) | (after[row] == 0), BRIDGE)
            for row in np.flatnonzero(changed.any(axis=1)).tolist()
        }
        if not runs:
            return
        edges = {row: [edge for span in found for edge in span] for row, found in runs.items()}
        for row, strip in self._strips_of(new, edges).items():
            self._strips[row] = strip
        self.refresh(*(Region(a, row, b - a, 1) for row, found in runs.items() for a, b in found))

    def _strips_of(self, cells: Cells, rows: Mapping[int, Sequence[int]]) -> dict[int, Strip]:
        if self._pens is None:
            app, colors = self.app, self._colors or "truecolor"
            dark = app.current_theme.dark
            self._pens = PlotStyles(
                self.rich_style,
                app.theme_variables,
                dark=dark,
                colors=colors,
                finish=self._filtered,
            )
        if self._pens.shaded:
            cells = replace(cells, chars=cells.shaded())
        return strips(cells, rows, self._pens)

    def _filtered(self, style: Style) -> Style:
        """A style as the app's filters have it (no colours where NO_COLOR asks for none)."""
        segments = [Segment(" ", style)]
        for each in self.get_line_filters():
            segments = each.apply(segments, self.background_colors[1])
        return segments[0].style or style

    def notify_style_update(self) -> None:
        self._pens = None
        super().notify_style_update()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The strips as they are: styled to the last, with nothing around them.

        Textual would look at each one again for borders, links and filters, at every frame.
        """
        if self._cells is None:
            return super().render_lines(crop)
        rows = [self.render_line(y) for y in crop.line_range]
        whole = crop.column_span == (0, self.size.width)
        return rows if whole else [row.crop(*crop.column_span) for row in rows]

    def render_line(self, y: int) -> Strip:
        if self._cells is None or y >= len(self._strips):
            return Strip.blank(self.size.width, self.rich_style)
        if self._pens is None:
            self._paint_all(self._cells)
        return self._strips[y]


def _state(content: Sequence[View | Curve]) -> list[object]:
    """What tells one content from another as long as both are alive: views are values, series
    grow."""
    parts: list[object] = []
    for each in content:
        if isinstance(each, Curve):
            ghost = each.ghost
            parts += [each.name, id(each.series), len(each.series)]
            parts += [id(ghost), len(ghost) if ghost is not None else 0]
            parts.append(len(each.epochs) if each.epochs is not None else 0)
        else:
            parts.append(id(each))
    return parts
