"""Inks and papers as Textual styles: the theme's own where it names them, else the palette's."""

from __future__ import annotations

from collections.abc import Mapping

from rich.color import Color as RichColor
from rich.errors import StyleError
from rich.style import Style
from textual.color import Color, ColorParseError

from engine.plots.cells import Ink
from engine.plots.palette import ANSI_16, ANSI_RGB, BOLD, DARK, LIGHT, shade_color

FEW = ("standard", "windows")


def theme_variables(*, dark: bool) -> dict[str, str]:
    """Variables for a theme: ``plot-series-1`` and so on for inks, ``plot-heat-1`` to 16."""
    palette = DARK if dark else LIGHT
    inks = {ink_variable(ink): color for ink, color in palette.inks.items()}
    return inks | {f"plot-heat-{i}": color for i, color in enumerate(palette.heat, 1)}


def ink_variable(ink: Ink) -> str:
    """The theme variable of an ink."""
    return "plot-" + ink.name.lower().replace("_", "-")


class PlotStyles:
    """Styles of one theme, made when first asked for."""

    def __init__(
        self, variables: Mapping[str, str], *, dark: bool, color_system: str | None
    ) -> None:
        self._variables, self._dark = variables, dark
        self.few = color_system in FEW
        """Sixteen colours: papers are shown as shades (see `Cells.shaded`)."""
        self.shaded = self.few or color_system is None
        self._made: dict[tuple[int, int], Style] = {}

    def __call__(self, ink: int, paper: int) -> Style:
        key = ink, paper
        if key not in self._made:
            self._made[key] = self._few(ink, paper) if self.few else self._make(ink, paper)
        return self._made[key]

    def _make(self, ink: int, paper: int) -> Style:
        fallback = DARK if self._dark else LIGHT
        front = back = None
        if ink:
            front = self._color(ink_variable(Ink(ink)), fallback.inks[Ink(ink)])
        if paper:
            back = self._color(f"plot-heat-{paper}", fallback.heat[paper - 1])
        return Style(color=front, bgcolor=back, bold=True if ink in BOLD else None)

    def _few(self, ink: int, paper: int) -> Style:
        if not ink and not paper:
            return Style()
        color = ANSI_16[Ink(ink)] if ink else shade_color(paper)
        return Style(color=RichColor.parse(ANSI_RGB[color]))

    def _color(self, variable: str, fallback: str) -> RichColor:
        try:
            return Color.parse(self._variables.get(variable, fallback)).rich_color
        except (ColorParseError, StyleError):
            return RichColor.parse(fallback)
