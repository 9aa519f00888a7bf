"""The glossary opens over any page, tells every term, and leads to its page."""

from __future__ import annotations

from pathlib import Path

from textual.fuzzy import Matcher
from textual.widgets import OptionList

from lessons.format import catalog
from tests.runs import Runs
from tests.tui.pages import OpenPage, opened
from tui.screens.glossary import GlossaryScreen, by_name
from tui.screens.lesson import LessonScreen
from tui.screens.page_palette import found

TENSORS = catalog.lesson("tensors")


def title(page: OpenPage) -> str:
    screen = page.screen
    assert isinstance(screen, LessonScreen)
    return screen.page.title


async def test_a_term_is_looked_up_and_its_page_opened(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, lambda app: app.open_lesson(TENSORS, 0)) as page:
        await page.press("g")
        assert isinstance(page.screen, GlossaryScreen)
        terms = page.screen.query_one(OptionList)
        assert terms.option_count == len(catalog.terms()) > 20
        wanted = next(n for n, one in enumerate(by_name()) if one.term.name == "epoch")
        shown = str(terms.get_option_at_index(wanted).prompt)
        assert "once through all items of the data." in shown
        assert "Data, page 4" in shown
        terms.highlighted = wanted
        await page.press("enter")
        assert title(page) == "A DataLoader"


def test_the_palette_finds_a_term() -> None:
    hits = [place for _, place, _ in found("epoch", Matcher("epoch"))]
    assert "Term: epoch" in [place.title for place in hits]
