"""A data folder of an older version opens: progress, drafts, runs, marks, watched scripts."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.watch import record as records
from engine.watch.follower import Follower
from lessons.format import catalog
from tests.runs import Runs
from tests.tui.pages import opened, opened_exercise
from tui.screens.history_of_runs import RunsScreen
from tui.screens.lesson import LessonScreen
from tui.state.watched_script import WatchedScript
from tui.widgets.activity import ActivityPanel
from tui.widgets.stage import Stage

OLD = Path(__file__).with_name("old_folder")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The folder, with a run of 30 steps on the second page of the optimizers."""
    with closing(sqlite3.connect(tmp_path / "progress.db")) as database:
        database.executescript((OLD / "progress.sql").read_text(encoding="utf-8"))
    shutil.copytree(OLD / "watched", tmp_path / "watched" / "1")
    return tmp_path


async def test_a_lesson_goes_on_where_it_was_left(engine: Runs, old: Path) -> None:
    lesson = catalog.lesson("optimizers")
    async with opened(engine, old, lambda app: app.open_lesson(lesson)) as page:
        screen = page.screen
        assert isinstance(screen, LessonScreen)
        assert screen.page.title == "Four lines"
        assert screen.query_one(ActivityPanel).chosen == 1
        assert screen.query_one(Stage).values["start"] == 11
        assert page.text("#run-status").startswith("✓ finished")
        assert set(page.last_run.series) == {"loss", "x", "slope"}
        assert page.last_run.steps == 31
        states = await page.kept(lambda store: store.pages.all())
        done = {state.page for state in states if state.done is not None}
        assert done == {"Four lines"}


async def test_the_run_is_among_the_earlier_ones_and_runs_again(engine: Runs, old: Path) -> None:
    lesson = catalog.lesson("optimizers")
    async with opened(engine, old, lambda app: app.open_lesson(lesson)) as page:
        await page.press("l")
        assert type(page.screen) is RunsScreen
        await page.app.workers.wait_for_complete(list(page.app.workers))
        assert "start 11" in page.text("#same")
        assert "last loss" in page.text("#same")
        before = await page.kept(lambda store: store.runs.all("optimizers.descend"))
        await page.press("r")
        await page.ended()
        newer, older = await page.kept(lambda store: store.runs.all("optimizers.descend"))
        assert [older.uid] == [run.uid for run in before]
        assert newer.final == older.final


async def test_what_was_written_is_still_there(engine: Runs, old: Path) -> None:
    async with opened_exercise(engine, old) as task:
        assert "# mine" in task.code
    async with opened(engine, old, lambda app: app.open_scratch()) as page:
        assert page.editor.text.startswith("# my scratch")


async def test_what_was_seen_in_the_museum_is_marked(engine: Runs, old: Path) -> None:
    async with opened(engine, old, lambda app: app.open_museum()) as page:
        rows = page.rows("#museum-list")
        assert sum("•" in row for row in rows) == 1


async def test_a_watched_script_can_be_read_again(old: Path) -> None:
    ((place, record),) = records.all_records(old / "watched")
    script = WatchedScript(record)
    async for batch in Follower(place).batches():
        script.hear(batch)
    assert script.state == "has finished"
    assert script.step == len(script.series["loss"]) == 20
    assert list(script.output) == ["done training"]
    assert dict(script.numbers())["memory"] == "0.27 GB"
