"""A blind round: the run comes first, the answer after it; a miss comes back in the review."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.experiments.bugs import OFFERED
from engine.process.protocol import RunFinished
from lessons.format import catalog
from lessons.learner import review
from lessons.store import Prediction, Store
from tests.runs import Runs
from tests.tui.pages import OpenPage, opened
from tui.app import TochaApp
from tui.screens.review import ReviewScreen
from tui.widgets.activity import ActivityPanel

LESSON = catalog.lesson("training")
PAGE = next(i for i, page in enumerate(LESSON.pages) if page.title == "A blind round")
NAME = "blind:training/A blind round"


def at_the_page(app: TochaApp) -> None:
    app.open_lesson(LESSON, PAGE)


def at_the_review(app: TochaApp) -> None:
    app.push_screen(ReviewScreen([LESSON], app.runs, app.saving))


def panel(page: OpenPage) -> ActivityPanel:
    return page.screen.query_one(ActivityPanel)


async def played(page: OpenPage) -> int:
    """The round that is under way comes to its end; which name was right, counted from 0."""
    end = await page.app.warm.ended(page.last_run.run_id)
    await page.pilot.pause()
    assert isinstance(end, RunFinished)
    return int(end.final["fault"] or 0) - 1


async def predictions(page: OpenPage) -> list[Prediction]:
    found: list[Prediction] = await page.kept(lambda store: store.predictions.all())
    return found


@pytest.mark.parametrize("hits", [True, False])
async def test_the_run_comes_first_and_then_the_answer(
    engine: Runs, tmp_path: Path, hits: bool
) -> None:
    async with opened(engine, tmp_path, at_the_page) as page:
        await page.press("1")
        assert panel(page).chosen is None
        assert await predictions(page) == []
        await page.press("r")
        fault = await played(page)
        assert panel(page).right is None
        answer = fault if hits else (fault + 1) % OFFERED
        await page.press(str(answer + 1))
        assert panel(page).right == fault
        (kept,) = await predictions(page)
        assert (kept.name, kept.correct) == (NAME, hits)
        cards = await page.kept(lambda store: store.reviews.cards())
        assert [card.name for card in cards] == ([] if hits else [NAME])
        await page.press(str(fault + 1))
        assert len(await predictions(page)) == 1


async def test_another_round_hides_again(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, at_the_page) as page:
        await page.press("r")
        await page.press(str(await played(page) + 1))
        await page.press("r")
        assert (panel(page).chosen, panel(page).right) == (None, None)
        fault = await played(page)
        await page.press(str(fault + 1))
        assert panel(page).right == fault


async def test_a_miss_is_played_again_in_the_review(engine: Runs, tmp_path: Path) -> None:
    def missed(store: Store) -> None:
        review.enter(store, NAME, correct=False, now=1.0)

    async with opened(engine, tmp_path, lambda app: None) as page:
        await page.kept(missed)
        at_the_review(page.app)
        await page.pilot.pause()
        await page.app.workers.wait_for_complete(list(page.app.workers))
        fault = await played(page)
        await page.press(str(fault + 1))
        reviewed = await page.kept(lambda store: store.reviews.seconds_since(0.0))
        assert reviewed > 0
        (card,) = await page.kept(lambda store: store.reviews.cards())
        assert card.due > 1.0
