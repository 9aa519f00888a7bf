"""One name, one colour, one glyph; and colours that every eye tells apart."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.plots import Curve, Glyphs, Ink, Options, Plot, plain
from engine.plots.marks import COLORS, Marks
from engine.plots.palette import DARK, LIGHT, Palette, nearest_256, rgb_256
from engine.views import Line, Path, View, Walker
from tests.plots.drawing import inks, series
from tui.terminal.theme import DAYLIGHT, EMBER

Floats = NDArray[np.float64]
OKABE_ITO = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#000000")
EYES = {
    "all receptors": np.eye(3),
    # Machado, Oliveira and Fernandes 2009, severity 1.
    "no red": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "no green": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
PALETTES = pytest.mark.parametrize(
    ("palette", "pages"),
    [
        (DARK, (EMBER.background, EMBER.surface, "#000000")),
        (LIGHT, (DAYLIGHT.background, DAYLIGHT.surface, "#ffffff")),
    ],
    ids=["dark", "light"],
)


def light(color: str) -> Floats:
    """Red, green and blue light of a colour, each from 0 to 1."""
    parts = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(color: str, eye: Floats) -> Floats:
    """CIELAB of a colour as an eye sees it."""
    xyz = TO_XYZ @ np.clip(eye @ light(color), 0, 1) / TO_XYZ.sum(axis=1)
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2, from 1 to 21."""
    a, b = sorted(float(TO_XYZ[1] @ light(color)) + 0.05 for color in (one, other))
    return b / a


def colors(palette: Palette) -> list[str]:
    """The colours of series."""
    return [palette.inks[Ink(Ink.SERIES_1 + i)] for i in range(COLORS)]


def nearest(known: list[str], eye: str) -> float:
    """The least distance of any two colours."""
    seen = [lab(color, EYES[eye]) for color in known]
    return min(float(np.linalg.norm(a - b)) for a, b in combinations(seen, 2))


@pytest.mark.parametrize("eye", EYES)
@PALETTES
def test_colours_stay_apart_for_every_eye(
    palette: Palette, pages: tuple[str, ...], eye: str
) -> None:
    assert nearest(colors(palette), eye) >= max(nearest(list(OKABE_ITO), eye), 20)


@pytest.mark.parametrize("eye", EYES)
@PALETTES
def test_in_256_colours_they_stay_apart_too(
    palette: Palette, pages: tuple[str, ...], eye: str
) -> None:
    assert nearest([rgb_256(nearest_256(color)) for color in colors(palette)], eye) >= 10


@PALETTES
def test_what_is_measured_stands_out_from_every_page(
    palette: Palette, pages: tuple[str, ...]
) -> None:
    measured = [*colors(palette), palette.inks[Ink.DATA], palette.inks[Ink.VALIDATION]]
    assert min(contrast(color, page) for color in measured for page in pages) >= 3


def test_no_two_names_share_colour_and_glyph() -> None:
    marks = Marks(f"{i}" for i in range(30))
    signs = [marks.of(f"{i}") for i in range(30)]
    for glyphs in Glyphs:
        assert len({(sign.ink, sign.sign(glyphs)) for sign in signs}) == 30
    assert len({(sign.ink, sign.pattern) for sign in signs[:24]}) == 24


def test_a_name_is_drawn_alike_in_all_pictures_that_share_marks() -> None:
    options = Options(marks=Marks(["ReLU", "Tanh"]))
    x = np.linspace(0, 1, 50)
    views: list[View] = [
        Line(x, x, name="Tanh"),
        Path(x, x, name="Tanh"),
        Walker(0, 1, name="Tanh"),
    ]
    contents: list[list[View | Curve]] = [[view] for view in views]
    contents.append([Curve("Tanh", series(x))])
    for content in contents:
        cells = Plot(options).draw(content, 60, 16)
        assert inks(cells, Ink.SERIES_2).any()
        assert not inks(cells, Ink.SERIES_1).any()
        assert "■ Tanh" in plain(cells)


def test_the_order_in_which_names_come_does_not_matter() -> None:
    x = np.linspace(0, 1, 50)
    views = {name: Line(x, x * k, name=name) for k, name in enumerate(["ReLU", "Tanh"], 1)}
    known = Options(marks=Marks(views))
    one = Plot(known).draw([views["ReLU"], views["Tanh"]], 60, 16)
    other = Plot(known).draw([views["Tanh"]], 60, 16)
    assert inks(one, Ink.SERIES_2).any()
    assert inks(other, Ink.SERIES_2).any()


def test_lines_without_colour_are_told_apart_by_their_ends() -> None:
    x = np.linspace(0, 1, 50)
    lines = [Line(x, x * k, name=f"{k} x") for k in range(1, 5)]
    shown = plain(Plot(colors="none").draw(lines, 80, 20))
    assert all(shown.count(head) == 2 for head in "●■▲◆")  # in the legend and in the picture
