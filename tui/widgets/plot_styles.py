"""Inks and papers as Textual styles: the theme's own where it names them, else the palette's."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rich.color import Color as RichColor
from rich.style import Style
from textual.color import Color, ColorParseError

from engine.plots.cells import Ink
from engine.plots.palette import (
    ANSI_16,
    ANSI_RGB,
    BOLD,
    DARK,
    LIGHT,
    nearest_256,
    paper_16,
    rgb_256,
    shade_color,
)


def theme_variables(*, dark: bool) -> dict[str, str]:
    """Variables for a theme: ``plot-series-1`` and so on for inks, ``plot-heat-1`` to 16."""
    palette = DARK if dark else LIGHT
    inks = {ink_variable(ink): color for ink, color in palette.inks.items()}
    return inks | {f"plot-heat-{i}": color for i, color in enumerate(palette.heat, 1)}


def ink_variable(ink: Ink) -> str:
    """The theme variable of an ink."""
    return "plot-" + ink.name.lower().replace("_", "-")


class PlotStyles(dict[int, Style]):
    """Styles of one theme by pen (``ink << 8 | paper``), made when first asked for.

    Each lies on top of ``base``, the widget's own, and is what ``finish`` makes of it (the filters
    of the app): so no strip needs to be filtered.

    ``colors`` is "truecolor", "256", "16" or "none"; with the
    last two, papers are to be shown as shades (see `Cells.shaded`).
    """

    def __init__(
        self,
        base: Style,
        variables: Mapping[str, str],
        *,
        dark: bool,
        colors: str,
        finish: Callable[[Style], Style] = lambda style: style,
    ) -> None:
        super().__init__()
        self._base, self._finish = base, finish
        self._variables, self._palette = variables, DARK if dark else LIGHT
        self.shaded = colors in ("16", "none")
        make = {"256": self._of_256, "16": _of_sixteen, "none": _of_none}
        self._make = make.get(colors, self._of_theme)

    def __missing__(self, pen: int) -> Style:
        self[pen] = style = self._finish(self._base + self._make(pen >> 8, pen & 255))
        return style

    def _of_theme(self, ink: int, paper: int) -> Style:
        front, back = None, self._color("background", "default")
        if ink:
            front = self._color(ink_variable(Ink(ink)), self._palette.inks[Ink(ink)])
        if paper:
            back = self._color(f"plot-heat-{paper}", self._palette.heat[paper - 1])
        return Style(color=front, bgcolor=back, bold=True if ink in BOLD else None)

    def _of_256(self, ink: int, paper: int) -> Style:
        """The colours Textual would reduce truecolor to, chosen here: papers must stay apart."""
        front = back = None
        if ink >= Ink.HEAT_1:
            front = RichColor.parse(rgb_256(self._palette.ink_256(Ink(ink))))
        elif ink:
            wanted = self._color(ink_variable(Ink(ink)), self._palette.inks[Ink(ink)])
            front = RichColor.parse(rgb_256(nearest_256(wanted.get_truecolor().hex)))
        if paper:
            back = RichColor.parse(rgb_256(self._palette.paper_256(paper)))
        return Style(color=front, bgcolor=back, bold=True if ink in BOLD else None)

    def _color(self, variable: str, fallback: str) -> RichColor:
        try:
            return Color.parse(self._variables.get(variable, fallback)).rich_color
        except ColorParseError:
            return RichColor.parse(fallback)


def _of_sixteen(ink: int, paper: int) -> Style:
    if not ink and not paper:
        return Style()
    color = ANSI_16[Ink(ink)] if ink else shade_color(paper)
    below = paper_16(paper) if ink else None
    back = None if below is None else RichColor.parse(ANSI_RGB[below])
    return Style(color=RichColor.parse(ANSI_RGB[color]), bgcolor=back)


def _of_none(ink: int, _paper: int) -> Style:
    return Style(bold=True if ink in BOLD else None)
