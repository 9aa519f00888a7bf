"""The bug bench: found from the page and the command line, run, and told about after the run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from textual.screen import Screen
from textual.widgets import OptionList

from engine.experiments.parts.faulty_loops import FAULTS
from engine.views import Code
from lessons.format import catalog
from lessons.format.pages import run_of
from lessons.format.schema import Run
from tests.runs import Runs
from tests.tui.pages import OpenPage, opened
from tui.app import BUGS, TochaApp
from tui.screens.bench import GUESS, BenchScreen
from tui.screens.lesson import LessonScreen
from tui.widgets.stage import Stage

PLACE = catalog.page(BUGS)
assert PLACE
FOUND = run_of(PLACE[0].pages[PLACE[1]].activity)
assert FOUND is not None
RUN: Run = FOUND
RUN_LENGTH = len(RUN.every)


def at_the_bench(app: TochaApp) -> None:
    app.open_bench()


def at_the_page(app: TochaApp) -> None:
    assert PLACE
    app.open_lesson(*PLACE)


def is_screen(page: OpenPage, kind: type[Screen[Any]]) -> bool:
    """Whether a screen of this kind is open."""
    return isinstance(page.screen, kind)


async def ran(page: OpenPage) -> None:
    """The run that is under way comes to its end."""
    await page.app.warm.ended(page.last_run.run_id)
    await page.pilot.pause()


async def test_every_fault_is_in_the_list(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, at_the_bench) as page:
        options = page.screen.query_one(OptionList)
        assert options.option_count == len(FAULTS)
        for preset in [*RUN.every[1:], RUN.every[0]]:
            await page.press("down")
            assert page.screen.query_one(Stage).values["bug"] == preset.knobs["bug"]


async def test_a_run_shows_the_change_and_then_the_words(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, at_the_bench) as page:
        await page.press("up")
        last = RUN.every[-1]
        assert page.text("#bench-note") == GUESS
        await page.press("enter")
        await ran(page)
        assert page.text("#bench-note") == last.note
        (change,) = page.last_run.views["diff"].values()
        assert isinstance(change, Code)
        assert "+             total += loss" in change.source.splitlines()
        await page.press("down")
        assert page.text("#bench-note") == GUESS
        await page.press("up")
        assert page.text("#bench-note") == last.note
        kept = await page.kept(lambda store: store.runs.all())
        assert [run.experiment for run in kept] == ["training.bugs"]


async def test_with_other_knobs_nothing_is_said_that_is_not_so(
    engine: Runs, tmp_path: Path
) -> None:
    async with opened(engine, tmp_path, at_the_bench) as page:
        stage = page.screen.query_one(Stage)
        stage.set_values({"epochs": 1, "lr": 1e-4})
        await page.press("enter")
        await ran(page)
        assert page.text("#bench-note") not in (GUESS, RUN.presets[0].note)


async def test_what_an_old_run_had_and_no_fault_is_called_now_is_left(
    engine: Runs, tmp_path: Path
) -> None:
    async with opened(engine, tmp_path, at_the_bench) as page:
        stage = page.screen.query_one(Stage)
        stage.set_values({"bug": "lr × 30", "epochs": 3})
        assert (stage.values["bug"], stage.values["epochs"]) == ("no zero_grad", 3)


async def test_the_page_leads_there_and_the_bench_to_a_blind_round(
    engine: Runs, tmp_path: Path
) -> None:
    async with opened(engine, tmp_path, at_the_page) as page:
        await page.press("f")
        assert is_screen(page, BenchScreen)
        await page.press("escape")
        assert is_screen(page, LessonScreen)
        await page.press("f", "b")
        assert isinstance(page.screen, LessonScreen)
        assert page.screen.page.title == "A blind round"


async def test_a_page_that_shows_all_it_has_leads_nowhere(engine: Runs, tmp_path: Path) -> None:
    def at_another(app: TochaApp) -> None:
        app.open_lesson(catalog.lesson("training"), 0)

    async with opened(engine, tmp_path, at_another) as page:
        await page.press("f")
        assert isinstance(page.screen, LessonScreen)


def change(page: OpenPage) -> list[str]:
    """The rows of the text that were changed."""
    return [row for row in page.rows("#plot-diff") if re.match(r"▸? *\d+  [-+] ", row)]


async def test_on_a_small_screen_every_change_can_be_seen(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, at_the_bench, (80, 24)) as page:
        for _ in range(RUN_LENGTH):
            await page.until("the picture", lambda: page.screen.query_one(Stage).opening)
            await page.until("the change", lambda: change(page))
            # Of a line that takes another's place the end may be all that is different.
            shown = [re.split(r"  [-+] ", row)[1].rstrip("…") for row in change(page)]
            assert len(set(shown)) == len(shown)
            await page.press("down")
