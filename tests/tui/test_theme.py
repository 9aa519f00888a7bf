"""Every theme can be read: contrast as WCAG 2 computes it, and `t` goes through all of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.color import Color
from textual.theme import Theme

from tests.runs import Runs
from tests.tui.pages import opened
from tui.terminal.theme import GLARE, THEMES

READ = ("foreground", "text-muted", "primary", "accent", "success", "warning", "error")
"""Names of colours in which something is written."""

PAPERS = ("background", "surface")
"""Names of colours on which it is written."""

ENOUGH, HIGH, SIGN = 4.5, 7.0, 3.0
"""WCAG 2.2: text, text of high contrast, and what is no text but has to be seen."""


def color(theme: Theme, name: str) -> Color:
    colors = theme.to_color_system().generate() | theme.variables
    return Color.parse(colors[name])


def contrast(one: Color, other: Color) -> float:
    """From 1, for the same colour, to 21, for black on white."""
    darker, lighter = sorted(_luminance(each) for each in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_contrast_is_what_wcag_says() -> None:
    assert contrast(Color.parse("#000"), Color.parse("#fff")) == pytest.approx(21)
    assert contrast(Color.parse("#777"), Color.parse("#fff")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("ink", READ)
def test_what_is_written_can_be_read(theme: Theme, paper: str, ink: str) -> None:
    bound = HIGH if theme is GLARE else ENOUGH
    assert contrast(color(theme, ink), color(theme, paper)) >= bound


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("ink", ["block-cursor-foreground", *READ])
def test_the_row_under_the_cursor_can_be_read(theme: Theme, ink: str) -> None:
    bound = HIGH if theme is GLARE else ENOUGH
    assert contrast(color(theme, ink), color(theme, "block-cursor-background")) >= bound


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("ink", ["primary", "foreground"])
def test_a_knob_with_the_focus_can_be_read(theme: Theme, ink: str) -> None:
    bound = HIGH if theme is GLARE else SIGN
    assert contrast(color(theme, ink), color(theme, "panel")) >= bound


async def test_t_goes_through_all_themes_and_the_choice_is_kept(
    engine: Runs, tmp_path: Path
) -> None:
    async with opened(engine, tmp_path, lambda app: None) as page:
        seen = [page.app.theme]
        for _ in THEMES:
            await page.press("t")
            seen.append(page.app.theme)
        assert seen == [*(theme.name for theme in THEMES), THEMES[0].name]
        await page.press("t", "t")
        kept = await page.kept(lambda store: store.settings.all())
        assert kept["theme"] == GLARE.name
