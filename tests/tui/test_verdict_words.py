"""What is said after a run is said of that run: never the story of other settings."""

from __future__ import annotations

from pathlib import Path

from lessons.format import catalog
from lessons.format.schema import Value
from tests.runs import Runs
from tests.tui.pages import OpenPage, opened
from tui.app import TochaApp
from tui.widgets.activity import ActivityPanel
from tui.widgets.stage import Stage


def said(page: OpenPage) -> str:
    panel = page.screen.query_one(ActivityPanel)
    return " ".join(str(panel.render()).split())


async def ran(engine: Runs, folder: Path, lesson: str, title: str, **knobs: Value) -> str:
    """What the page says when it was run with these knobs."""
    one = catalog.lesson(lesson)
    index = next(i for i, page in enumerate(one.pages) if page.title == title)

    def there(app: TochaApp) -> None:
        app.open_lesson(one, index)

    async with opened(engine, folder, there) as page:
        page.screen.query_one(Stage).set_values(knobs)
        await page.press("r")
        await page.press("r")  # a question asks once for a guess
        await page.ended()
        return said(page)


async def test_a_reason_is_given_for_the_run_it_speaks_of(engine: Runs, tmp_path: Path) -> None:
    words = await ran(engine, tmp_path, "training", "Too fast", steps=30)
    assert "So it came out. Each step jumps across the valley" in words


async def test_a_learner_who_turned_a_knob_is_told_their_own_story(
    engine: Runs, tmp_path: Path
) -> None:
    words = await ran(engine, tmp_path, "training", "Too fast", lr=0.0001, steps=30)
    assert "Each step jumps" not in words
    assert "With these settings it came out otherwise: " in words
    assert "loss 2" in words


async def test_what_was_judged_and_no_legend_shows_is_told(engine: Runs, tmp_path: Path) -> None:
    words = await ran(engine, tmp_path, "models", "A class of your own")
    assert "(difference 0)" in words


async def test_a_note_is_shown_for_the_run_it_speaks_of(engine: Runs, tmp_path: Path) -> None:
    words = await ran(engine, tmp_path / "a", "models", "When to write a class")
    assert "Two curves, one line on the screen." in words
    words = await ran(engine, tmp_path / "b", "models", "When to write a class", copy_weights=False)
    assert "one line on the screen" not in words
    assert "With these settings it came out otherwise: difference" in words
