"""Text and colours: what a terminal is taken to show, and what it is sent."""

from __future__ import annotations

import re

import numpy as np
import pytest

from engine.plots import Cells, Glyphs, Ink, ansi, detect_colors, detect_glyphs, plain
from engine.plots.palette import ANSI_16, DARK, LIGHT, Palette, nearest_256, rgb_256


@pytest.mark.parametrize(
    ("environ", "encoding", "glyphs"),
    [
        ({"TERM": "xterm-256color"}, "utf-8", Glyphs.BRAILLE),
        ({"TERM": "linux"}, "UTF-8", Glyphs.BLOCKS),
        ({"TERM": "dumb"}, "utf-8", Glyphs.ASCII),
        ({"TERM": "xterm"}, "ANSI_X3.4-1968", Glyphs.ASCII),
    ],
)
def test_glyphs_follow_terminal_and_encoding(
    environ: dict[str, str], encoding: str, glyphs: Glyphs
) -> None:
    assert detect_glyphs(environ, encoding) is glyphs


@pytest.mark.parametrize(
    ("environ", "terminal", "colors"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, True, "truecolor"),
        ({"TERM": "xterm-256color"}, True, "256"),
        ({"TERM": "screen"}, True, "16"),
        ({"TERM": "xterm-256color"}, False, "none"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, True, "none"),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, True, "256"),
        ({"TERM": "dumb"}, True, "none"),
        ({}, True, "none"),
    ],
)
def test_colours_follow_terminal_and_wishes(
    environ: dict[str, str], terminal: bool, colors: str
) -> None:
    assert detect_colors(environ, terminal=terminal) == colors


def cells() -> Cells:
    """Two letters in inks, then papers from low to high."""
    chars = np.array([["a", "b", " ", " ", " "]])
    ink = np.array([[Ink.FIT, Ink.TITLE, 0, 0, 0]], np.uint8)
    paper = np.array([[0, 0, 1, 8, 16]], np.uint8)
    return Cells(chars, ink, paper)


def test_plain_text_has_shades_for_papers() -> None:
    assert plain(cells()) == "ab░▒█"


def test_colours_are_spelled_for_each_kind_of_terminal() -> None:
    assert "38;2;255;154;77" in ansi(cells(), "truecolor")
    assert re.search(r"48;5;\d+m ", ansi(cells(), "256"))
    assert ansi(cells(), "16").startswith("\x1b[93ma\x1b[0m")
    assert "48;" not in ansi(cells(), "16")
    written = Cells(np.array([["x", "x"]]), np.full((1, 2), Ink.FIT), np.array([[3, 16]], np.uint8))
    assert ansi(written, "16") == "\x1b[93mx\x1b[0m\x1b[93;43mx\x1b[0m"
    assert ansi(cells(), "none") == plain(cells())


def test_every_ink_has_a_colour_in_every_palette() -> None:
    inks = set(Ink) - {Ink.BLANK}
    assert set(DARK.inks) == set(LIGHT.inks) == set(ANSI_16) == inks


def lightness(color: str) -> float:
    """L* of CIELAB, 0 to 100."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return float(116 * y ** (1 / 3) - 16)


@pytest.mark.parametrize(("palette", "sign"), [(DARK, 1), (LIGHT, -1)])
def test_heat_is_ordered_for_the_eye_and_leaves_the_lines_legible(
    palette: Palette, sign: int
) -> None:
    heat = [lightness(color) for color in palette.heat]
    steps = sign * np.diff(heat)
    assert (steps > 0.5).all()
    assert steps.max() < 4 * steps.min()
    series = [lightness(palette.inks[Ink(Ink.SERIES_1 + i)]) for i in range(8)]
    assert min(sign * (line - level) for line in series for level in heat) > 15


@pytest.mark.parametrize(("palette", "sign"), [(DARK, 1), (LIGHT, -1)])
def test_heat_keeps_its_order_in_256_colours(palette: Palette, sign: int) -> None:
    found = [lightness(rgb_256(palette.paper_256(paper))) for paper in range(1, 17)]
    assert (sign * np.diff(found) >= 0).all()
    assert len(set(found)) == len(palette.heat_256)


@pytest.mark.parametrize("number", [16, 53, 130, 231, 232, 255])
def test_a_colour_of_256_is_the_nearest_to_itself(number: int) -> None:
    assert rgb_256(nearest_256(rgb_256(number))) == rgb_256(number)


def test_the_nearest_of_256_is_itself_for_a_colour_of_the_cube() -> None:
    assert nearest_256("#ff8700") == 208
    assert nearest_256("#808080") == 244
