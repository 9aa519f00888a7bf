"""Home: the lessons as a path, a filter over them, and a picture of each."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from engine.process.protocol import RunFinished
from lessons.format import catalog
from lessons.format.schema import Lesson
from lessons.learner import review
from lessons.store import Store
from tests.environment import clean
from tests.runs import Runs
from tests.tui.pages import OpenPage, opened
from tui.app import TochaApp
from tui.screens.home import HomeScreen
from tui.screens.lesson import LessonScreen
from tui.widgets.lesson_list import LessonList
from tui.widgets.lesson_picture import LessonPicture
from tui.widgets.plot import PlotView

LESSONS = catalog.lessons()


def at_home(_app: TochaApp) -> None:
    """Where the app opens."""


def listed(page: OpenPage) -> list[str]:
    return [lesson.slug for lesson in page.screen.query_one(LessonList).listed]


def row(page: OpenPage, slug: str) -> str:
    return str(page.screen.query_one(LessonList).get_option(slug).prompt)


async def drawn(page: OpenPage) -> LessonPicture:
    """The picture of the lesson under the cursor, when its run has ended."""
    picture = page.screen.query_one(LessonPicture)
    await page.until("the picture", lambda: picture.query("#moment-origin"))
    run = picture.run
    assert run is not None
    if run.state.is_live:
        assert isinstance(await page.app.warm.ended(run.run_id), RunFinished)
    await page.pilot.pause()
    await page.pilot.pause()
    return picture


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_every_lesson_has_a_moment_that_can_be_drawn(lesson: Lesson) -> None:
    assert lesson.moment is not None
    experiment = lesson.experiment(lesson.moment.experiment)
    assert lesson.moment.plot in [plot.name for plot in experiment.plots]
    for name, text in lesson.moment.knobs.items():
        experiment.knob(name).parse(text)


async def test_the_path_marks_what_a_lesson_builds_on_and_leads_to(
    engine: Runs, tmp_path: Path
) -> None:
    async with opened(engine, tmp_path, at_home) as page:
        page.screen.query_one(LessonList).go_to("training")
        await page.pilot.pause()
        marks = {lesson.slug: "needed" in row(page, lesson.slug) for lesson in LESSONS}
        assert {slug for slug, is_needed in marks.items() if is_needed} == {
            "optimizers", "data", "models",
        }  # fmt: skip
        assert "builds on it" in row(page, "activations")
        assert "leads to Activations" in page.text("#card-text")


async def test_what_is_due_stands_beside_its_lesson(engine: Runs, tmp_path: Path) -> None:
    def missed(store: Store) -> None:
        titles = [page.title for page in catalog.lesson("optimizers").pages]
        names = [f"{review.PREDICTION}:optimizers/{title}" for title in titles]
        for name in [each for each in names if review.find(each, LESSONS) is not None][:2]:
            review.answered(store, name, correct=False, now=1.0)

    async with opened(engine, tmp_path, at_home) as page:
        await page.kept(missed)
        await page.press("1", "escape")
        await page.app.workers.wait_for_complete(list(page.app.workers))
        await page.pilot.pause()
        assert isinstance(page.screen, HomeScreen)
        assert " due" in row(page, "optimizers")
        assert " due" not in row(page, "tensors")


async def test_typing_filters_and_enter_opens(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, at_home) as page:
        await page.press("slash", *"momentum")
        assert listed(page) == ["optimizers"]
        await page.press("escape")
        assert listed(page) == [lesson.slug for lesson in LESSONS]
        assert page.app.screen_stack[-1].query(LessonList)
        await page.press("slash", *"no such word")
        assert listed(page) == []
        assert "No lesson has these words" in page.text("#card-text")
        await page.press("enter", "escape", "slash", *"broadcast", "enter")
        assert isinstance(page.screen, LessonScreen)
        assert page.text("#head-words").startswith("Tensors")


async def test_a_picture_is_drawn_once_by_a_run_of_its_own(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, at_home) as page:
        run = (await drawn(page)).run
        assert "drawn just now" in page.text("#moment-origin")
        assert "".join(page.rows("#moment PlotView")).strip()
        await page.press("down", "up")
        assert (await drawn(page)).run is run
        kept = await page.kept(lambda store: store.runs.all())
        assert kept == []


async def test_a_kept_run_is_drawn_instead(engine: Runs, tmp_path: Path) -> None:
    lesson = catalog.lesson("tensors")
    number = next(
        index
        for index, page in enumerate(lesson.pages)
        if getattr(page.activity, "experiment", "") == "tensors.broadcast"
    )
    async with opened(engine, tmp_path, lambda app: app.open_lesson(lesson, number)) as page:
        await page.press("r")
        await page.ended()
        while not await page.kept(lambda store: store.runs.all()):
            await page.pilot.pause(0.02)
        await page.press("escape")
        await drawn(page)
        assert "from your run" in page.text("#moment-origin")


async def test_leaving_home_ends_the_run_that_draws(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, at_home) as page:
        page.screen.query_one(LessonList).go_to("training")
        picture = page.screen.query_one(LessonPicture)
        await page.until("a run", lambda: picture.run)
        run = picture.run
        assert run is not None
        await page.press("1")
        await page.app.warm.ended(run.run_id)
        assert isinstance(page.screen, LessonScreen)
        await page.until("nothing", lambda: not (picture.run or picture.query(PlotView)))


def test_the_first_screen_does_without_the_plot_layer(tmp_path: Path) -> None:
    script = "import sys, tui.app; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-P", "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env=clean(tmp_path),
    ).stdout.split()
    assert "tui.widgets.lesson_picture" in loaded
    assert not {"numpy", "plotext", "torch", "engine.plots", "tui.widgets.plot"} & set(loaded)


@pytest.mark.parametrize("size", [(80, 24), (80, 40), (120, 40)])
async def test_all_lessons_and_the_whole_card_are_in_sight(
    engine: Runs, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(engine, tmp_path, at_home, size) as page:
        await page.press("down", "down", "down")
        rows = " ".join(page.rows("#lessons"))
        assert all(lesson.title in rows for lesson in LESSONS)
        lesson = page.screen.query_one(LessonList).current
        assert lesson is not None
        card = page.screen.query_one("#card")
        text = " ".join(" ".join(page.rows("#card-text")).split())
        assert lesson.summary in text
        titles = {one.slug: one.title for one in LESSONS}
        assert f"builds on {', '.join(titles[slug] for slug in lesson.prerequisites)}" in text
        assert page.screen.query_one("#card-text").region.bottom <= card.region.bottom


async def test_a_large_screen_tells_what_every_lesson_is_about_and_its_pages(
    engine: Runs, tmp_path: Path
) -> None:
    async with opened(engine, tmp_path, at_home, (200, 50)) as page:
        await page.press("down", "down", "down")
        told = " ".join(re.sub(r"[│ ]+", " ", row) for row in page.rows("#lessons"))
        words = " ".join(told.split())
        assert all(lesson.summary in words for lesson in LESSONS)
        lesson = page.screen.query_one(LessonList).current
        assert lesson is not None
        card = " ".join(page.rows("#card-text"))
        assert all(one.title in card for one in lesson.pages)
        picture = page.screen.query_one(LessonPicture)
        assert picture.region.height > 16
        await page.pilot.resize_terminal(120, 40)
        await page.pilot.pause()
        assert LESSONS[0].summary not in " ".join(" ".join(page.rows("#lessons")).split())
        assert all(lesson.title in " ".join(page.rows("#lessons")) for lesson in LESSONS)


async def test_the_origin_of_a_small_picture_stands_right_below_it(
    engine: Runs, tmp_path: Path
) -> None:
    async with opened(engine, tmp_path, at_home, (200, 50)) as page:
        picture = page.screen.query_one(LessonPicture)
        await page.until("a drawn moment", lambda: bool(picture._drawn))
        await page.pilot.pause()
        view, origin = picture.query_one(PlotView), picture.query_one("#moment-origin")
        assert origin.region.y == view.region.bottom < picture.region.bottom - 4
