"""A lesson's page on the screen: what a run counts for."""

from __future__ import annotations

from pathlib import Path

from engine.process.protocol import Shown
from lessons.format import catalog
from tests.runs import Runs
from tests.tui.pages import opened
from tui.state.live_run import RunState

LESSON = catalog.lesson("optimizers")
FOUR_LINES = next(i for i, page in enumerate(LESSON.pages) if page.title == "Four lines")


async def test_a_run_that_turning_the_page_ends_counts_for_its_own_page(
    engine: Runs, tmp_path: Path
) -> None:
    async with opened(engine, tmp_path, lambda app: app.open_lesson(LESSON, FOUR_LINES)) as page:
        await page.press("s")
        run = page.last_run
        await engine.until(Shown, run.run_id)
        await page.pilot.pause()
        assert run.state.is_live
        await page.press("n")
        assert run.state is RunState.STOPPED
        states = await page.kept(lambda store: store.pages.all())
        assert {state.page for state in states if state.done is not None} == {"Four lines"}
        (kept,) = await page.kept(lambda store: store.runs.all("optimizers.descend"))
        assert kept.steps == run.steps
        await engine.ended(run.run_id)
