"""Whatever comes in: exactly the cells asked for, no exception, nothing a terminal would obey."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from engine.plots import Cells, Curve, Glyphs, Options, Plot, ansi, plain
from engine.plots.output import COLORS
from engine.views import View
from tests.plots.examples import examples
from tests.plots.strategies import CONTENTS, GLYPHS, OPTIONS, SIZES

thorough = examples(300, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
SGR = re.compile(r"\x1b\[[0-9;]*m")


def check(cells: Cells, columns: int, rows: int, glyphs: Glyphs) -> None:
    """Every row is as wide as asked for, in printable characters of the right alphabet."""
    assert cells.chars.shape == cells.ink.shape == cells.paper.shape == (rows, columns)
    for row in cells.chars.tolist():
        text = "".join(row)
        assert text.isprintable()
        assert (
            sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text) == columns
        )
        assert glyphs is not Glyphs.ASCII or (text.isascii() and len(text) == columns)


@thorough
@given(CONTENTS, OPTIONS, GLYPHS, SIZES)
def test_any_content_makes_the_cells_asked_for(
    content: Sequence[View | Curve], options: Options, glyphs: Glyphs, size: tuple[int, int]
) -> None:
    cells = Plot(options, glyphs).draw(content, *size)
    check(cells, *size, glyphs)


@thorough
@given(
    st.lists(CONTENTS, min_size=2, max_size=3),
    OPTIONS,
    st.lists(
        st.tuples(
            st.sampled_from(["move", "zoom", "slice", "compact", "leave"]), st.integers(-9, 9)
        ),
        max_size=6,
    ),
)
def test_any_keys_at_any_time_leave_a_picture(
    contents: list[Sequence[View | Curve]], options: Options, keys: list[tuple[str, int]]
) -> None:
    plot = Plot(options)
    for content in contents:
        for key, step in keys:
            match key:
                case "move":
                    plot.move(step, -step)
                case "zoom":
                    plot.zoom(step)
                case "slice":
                    plot.slice(step)
                case "compact":
                    plot.toggle_compact()
                case _:
                    plot.leave()
            check(plot.draw(content, 40, 12), 40, 12, Glyphs.BRAILLE)


@thorough
@given(CONTENTS, OPTIONS, GLYPHS, st.sampled_from(COLORS))
def test_output_holds_no_escape_but_colours(
    content: Sequence[View | Curve], options: Options, glyphs: Glyphs, colors: str
) -> None:
    cells = Plot(options, glyphs, colors).draw(content, 50, 14)
    text = plain(cells)
    assert "\x1b" not in text
    assert len(text.split("\n")) == 14
    colored = ansi(cells, colors)
    assert "\x1b" not in SGR.sub("", colored)
    if colors in ("16", "none"):
        assert [line.rstrip() for line in SGR.sub("", colored).split("\n")] == text.split("\n")
