"""Every page of the gallery: as kept, on the screen, and printed."""

from __future__ import annotations

import re

import click
import pytest
from click.testing import CliRunner
from textual.app import App

from engine.plots import Glyphs, Plot, plain
from engine.views import Bars, Graph, Grid, Heatmap, Line, Network, Scatter, Table, Walker
from tests.plots import goldens
from tui.screens.gallery import GalleryScreen
from tui.state.gallery import Exhibit, exhibits, gallery
from tui.widgets.plot import PlotView

EXHIBITS = exhibits()


@pytest.mark.parametrize(
    "size", goldens.SIZES, ids=lambda size: f"{size[0]}x{size[1]}-{size[2].value}"
)
@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda exhibit: exhibit.name)
def test_picture_is_as_kept(exhibit: Exhibit, size: tuple[int, int, Glyphs]) -> None:
    kept = goldens.path(exhibit, *size).read_text(encoding="utf-8")
    assert goldens.picture(exhibit, *size) == kept


def test_every_kind_of_view_has_a_page() -> None:
    shown = {type(view) for exhibit in EXHIBITS for view in exhibit.content}
    assert {Bars, Graph, Grid, Heatmap, Line, Network, Scatter, Table, Walker} <= shown
    assert any(type(view).__name__ == "Curve" for exhibit in EXHIBITS for view in exhibit.content)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_screen_shows_the_same_pictures(size: tuple[int, int]) -> None:
    app: App[None] = App()
    async with app.run_test(size=size) as pilot:
        await app.push_screen(GalleryScreen())
        for exhibit in EXHIBITS:
            await pilot.pause()
            view = app.screen.query_one(PlotView)
            plot = Plot(exhibit.options, view.plot.glyphs, view.plot.colors)
            expected = plain(plot.draw(exhibit.content, *view.size)).split("\n")
            shown = [view.render_line(row).text.rstrip() for row in range(view.size.height)]
            assert shown == [line.rstrip() for line in _papers_as_blanks(expected, exhibit)]
            await pilot.press("n")


def _papers_as_blanks(lines: list[str], exhibit: Exhibit) -> list[str]:
    """Plain text stands shades where the screen has colours."""
    colored = any(isinstance(view, (Heatmap, Grid)) for view in exhibit.content)
    return [re.sub("[░▒▓█]", " ", line) if colored else line for line in lines]


def _command() -> click.Command:
    options = [
        click.Option(["--plain"], is_flag=True),
        click.Option(["--glyphs"]),
        click.Option(["--colors"]),
    ]
    return click.Command("gallery", callback=gallery, params=list(options))


@pytest.mark.parametrize("colors", ["truecolor", "256", "16", "none"])
def test_gallery_prints_in_the_colours_asked_for(colors: str) -> None:
    printed = CliRunner().invoke(_command(), ["--colors", colors], color=True).output
    codes = set(re.findall(r"\x1b\[([0-9;]*)m", printed))
    kinds = {
        "truecolor": any("38;2;" in code for code in codes),
        "256": any("38;5;" in code for code in codes),
        "16": any(re.fullmatch(r"3\d|9\d", code) for code in codes),
        "none": not codes,
    }
    assert kinds.pop(colors)
    assert not any(kinds.values())


def test_gallery_prints_ascii_alone_when_asked() -> None:
    printed = CliRunner().invoke(_command(), ["--plain", "--glyphs", "ascii"]).output
    assert printed.isascii()
    assert all(exhibit.name in printed for exhibit in EXHIBITS)
