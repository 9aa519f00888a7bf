"""Colours for inks and papers, for a dark and a light page, and what few colours leave of them.

The eight colours of series were sought so that any two of them stay apart for a normal eye and for
one that lacks red or green receptors, further than those of Okabe and Ito do, while all of them
stand out from the page and from every paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.plots.cells import Ink


@dataclass(frozen=True, slots=True)
class Palette:
    """``#rrggbb`` for every ink but BLANK, and for every paper from lowest to highest."""

    inks: Mapping[Ink, str]
    heat: tuple[str, ...]
    heat_256: tuple[int, ...]
    """Fewer papers for 256 colours, of which the nearest to neighbours above are often the same."""

    def __post_init__(self) -> None:
        """Papers are inks as well."""
        inks = {Ink(Ink.HEAT_1 + i): color for i, color in enumerate(self.heat)}
        object.__setattr__(self, "inks", {**self.inks, **inks})

    def ink_256(self, ink: Ink) -> int:
        """One of 256 colours for an ink; for a paper's, the same as for the paper."""
        if ink >= Ink.HEAT_1:
            return self.paper_256(ink - Ink.HEAT_1 + 1)
        return nearest_256(self.inks[ink])

    def paper_256(self, paper: int) -> int:
        """One of 256 colours for a paper."""
        return self.heat_256[(paper - 1) * len(self.heat_256) // len(self.heat)]


def _series(bright: tuple[str, ...], dim: tuple[str, ...]) -> dict[Ink, str]:
    inks = {Ink(Ink.SERIES_1 + i): color for i, color in enumerate(bright)}
    return inks | {Ink(Ink.RAW_1 + i): color for i, color in enumerate(dim)}


DARK = Palette(
    inks={
        Ink.FRAME: "#4a423d",
        Ink.TICK: "#8f857c",
        Ink.TITLE: "#f5eee4",
        Ink.TEXT: "#d9d0c6",
        Ink.MUTED: "#9c9188",
        Ink.DATA: "#e8dfd4",
        Ink.VALIDATION: "#c6a5f2",
        Ink.FIT: "#ff9a4d",
        Ink.GHOST: "#6b625b",
        Ink.MARK: "#fff6e8",
        Ink.POSITIVE: "#6fc3f0",
        Ink.NEGATIVE: "#ff8f6b",
        Ink.ZERO: "#766c64",
        Ink.WARNING: "#f5c542",
        Ink.ACCENT: "#ffd9a8",
        **_series(
            (
                "#fa8b12",
                "#78a4d0",
                "#7aff79",
                "#c47eff",
                "#fff608",
                "#51fcf0",
                "#ff9bae",
                "#a3a664",
            ),
            (
                "#734410",
                "#3d4e5f",
                "#3e743b",
                "#5d3e73",
                "#76710b",
                "#2c736d",
                "#764a51",
                "#4f4f32",
            ),
        ),
    },
    # Dark indigo through wine to ember: lightness rises evenly from 9 to 47 of 100, so that
    # paths and values in any ink above stand out on every step.
    heat=(
        "#1b1530",
        "#22183a",
        "#2b1a43",
        "#351b4a",
        "#411c4f",
        "#4d1d52",
        "#591e53",
        "#661f51",
        "#73214d",
        "#802547",
        "#8c2b40",
        "#973337",
        "#a13c2d",
        "#a94723",
        "#b05318",
        "#b5600b",
    ),
    heat_256=(17, 18, 53, 89, 125, 130, 166),
)

LIGHT = Palette(
    inks={
        Ink.FRAME: "#cfc6bb",
        Ink.TICK: "#857a6f",
        Ink.TITLE: "#1f1813",
        Ink.TEXT: "#3a322b",
        Ink.MUTED: "#75695f",
        Ink.DATA: "#2b2520",
        Ink.VALIDATION: "#7a46b8",
        Ink.FIT: "#c24a00",
        Ink.GHOST: "#b3a89c",
        Ink.MARK: "#1a1410",
        Ink.POSITIVE: "#1f6aa5",
        Ink.NEGATIVE: "#b83a10",
        Ink.ZERO: "#9a8f84",
        Ink.WARNING: "#8a5a00",
        Ink.ACCENT: "#9c3d00",
        **_series(
            (
                "#bf4b00",
                "#006de0",
                "#0b7e50",
                "#890596",
                "#463303",
                "#53758f",
                "#650233",
                "#000cf4",
            ),
            (
                "#e7bd9f",
                "#a6c8eb",
                "#a9ceba",
                "#d4a5d2",
                "#bdb4a0",
                "#c2cbd0",
                "#c8a4b0",
                "#a6a7f2",
            ),
        ),
    },
    # Paper white through sand to rose: lightness falls evenly from 96 to 66 of 100.
    heat=(
        "#faf4ea",
        "#f8eede",
        "#f7e8d2",
        "#f6e1c6",
        "#f5dabb",
        "#f4d3b0",
        "#f3cca6",
        "#f1c49d",
        "#efbc96",
        "#ecb490",
        "#e8ac8c",
        "#e3a48a",
        "#dd9c89",
        "#d69589",
        "#ce8e8a",
        "#c5888c",
    ),
    heat_256=(230, 224, 217, 181, 174, 138),
)

ANSI_16: Mapping[Ink, int] = {
    Ink.FRAME: 8,
    Ink.TICK: 7,
    Ink.TITLE: 15,
    Ink.TEXT: 7,
    Ink.MUTED: 7,
    Ink.DATA: 15,
    Ink.VALIDATION: 13,
    Ink.FIT: 11,
    Ink.GHOST: 8,
    Ink.MARK: 15,
    Ink.POSITIVE: 14,
    Ink.NEGATIVE: 9,
    Ink.ZERO: 8,
    Ink.WARNING: 11,
    Ink.ACCENT: 15,
    Ink.RAW_1: 3,
    Ink.RAW_2: 4,
    Ink.RAW_3: 2,
    Ink.RAW_4: 5,
    Ink.RAW_5: 3,
    Ink.RAW_6: 6,
    Ink.RAW_7: 1,
    Ink.RAW_8: 8,
    Ink.SERIES_1: 11,
    Ink.SERIES_2: 12,
    Ink.SERIES_3: 10,
    Ink.SERIES_4: 13,
    Ink.SERIES_5: 3,
    Ink.SERIES_6: 14,
    Ink.SERIES_7: 9,
    Ink.SERIES_8: 7,
    **{Ink(Ink.HEAT_1 + i): 8 if i < 5 else 1 if i < 11 else 3 for i in range(16)},
}
"""One of the sixteen colours of a terminal; what they look like is the terminal's affair."""

ANSI_RGB = (
    *("#000000", "#aa0000", "#00aa00", "#aa5500", "#0000aa", "#aa00aa", "#00aaaa", "#aaaaaa"),
    *("#555555", "#ff5555", "#55ff55", "#ffff55", "#5555ff", "#ff55ff", "#55ffff", "#ffffff"),
)
"""The sixteen as a program that only knows RGB would have to spell them."""

BOLD = frozenset({Ink.TITLE, Ink.MARK, Ink.ACCENT})


def shade_color(paper: int) -> int:
    """Which of sixteen colours a shade standing for paper has: grey, red, yellow."""
    return 8 if paper <= 5 else 1 if paper <= 11 else 3


def paper_16(paper: int) -> int | None:
    """Which of sixteen colours lies below something written on a paper; None for the page."""
    return None if paper <= 8 else 1 if paper <= 11 else 3


def nearest_256(color: str) -> int:
    """The nearest of the 256 colours that are fixed (16 to 255)."""
    rgb = tuple(int(color[i : i + 2], 16) for i in (1, 3, 5))
    steps = (0, 95, 135, 175, 215, 255)
    at = [min(range(6), key=lambda k: abs(steps[k] - part)) for part in rgb]
    cube = tuple(steps[k] for k in at)
    grey = min(max(round((sum(rgb) / 3 - 8) / 10), 0), 23)
    if _distance(rgb, (8 + 10 * grey,) * 3) < _distance(rgb, cube):
        return 232 + grey
    return 16 + 36 * at[0] + 6 * at[1] + at[2]


def rgb_256(number: int) -> str:
    """One of the 256 colours that are fixed, as ``#rrggbb``."""
    if number >= 232:
        return "#" + f"{8 + 10 * (number - 232):02x}" * 3
    cube = number - 16
    steps = (0, 95, 135, 175, 215, 255)
    return "#" + "".join(f"{steps[cube // size % 6]:02x}" for size in (36, 6, 1))


def _distance(a: tuple[int, ...], b: tuple[int, ...]) -> int:
    return sum((x - y) ** 2 for x, y in zip(a, b, strict=True))
