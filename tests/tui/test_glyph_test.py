"""The glyph test: what pictures are drawn with is seen, chosen and kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.plots import Glyphs
from lessons.format import catalog
from tests.runs import Runs
from tests.tui.pages import OpenPage, opened
from tui.app import TochaApp
from tui.screens.glyph_test import SAMPLES, GlyphTestScreen
from tui.widgets.plot import PlotView


def at_a_picture(app: TochaApp) -> None:
    """A page whose starting picture is a curve."""
    app.open_lesson(catalog.lesson("training"), 4)


def drawn(page: OpenPage) -> str:
    """Every character of the pictures."""
    views = [view for view in page.screen.query(PlotView) if view.display and view.size.height]
    return "".join(strip.text for view in views for strip in view._strips)


@pytest.mark.parametrize("at", [1, 2, 3])
async def test_a_row_that_is_taken_draws_all_pictures(
    engine: Runs, tmp_path: Path, at: int
) -> None:
    chosen = list(SAMPLES)[at - 1]
    async with opened(engine, tmp_path, at_a_picture) as page:
        await page.press("1")
        await page.ended()
        await page.press("f6")
        assert isinstance(page.app.screen, GlyphTestScreen)
        await page.press(str(at))
        await page.until("the page", lambda: not isinstance(page.app.screen, GlyphTestScreen))
        await page.pilot.pause()
        assert {view.plot.glyphs for view in page.screen.query(PlotView)} == {chosen}
        dots = any("\u2800" < each <= "\u28ff" for each in drawn(page))
        assert dots == (chosen is Glyphs.BRAILLE)
        if chosen is Glyphs.ASCII:
            assert drawn(page).isascii()
        assert await page.kept(lambda store: store.settings.all().get("glyphs")) == chosen.value
    async with opened(engine, tmp_path, at_a_picture) as page:
        await TochaApp._take_up(page.app)
        assert page.app.plot_glyphs is chosen


async def test_leaving_changes_nothing(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, at_a_picture) as page:
        await page.press("f6", "escape")
        assert page.app.plot_glyphs is None
        assert "glyphs" not in await page.kept(lambda store: store.settings.all())


def test_every_row_is_of_its_kind_and_as_wide_as_the_others() -> None:
    assert len({len(sample) for sample in SAMPLES.values()}) == 1
    assert set(SAMPLES) == set(Glyphs)
    assert SAMPLES[Glyphs.ASCII].isascii()
