"""Where the terminal has a mouse, a click does what the key does."""

from __future__ import annotations

import asyncio
from pathlib import Path

from textual.geometry import Offset

from lessons.format import catalog
from lessons.format.schema import ExerciseList, Predict, Run
from lessons.learner.progress import page_running
from tests.environment import seconds
from tests.runs import PATIENCE_SECONDS, Runs
from tests.tui.pages import OpenPage, opened
from tui.screens.exercise import ExerciseScreen
from tui.screens.help import HelpScreen
from tui.screens.lesson import LessonScreen
from tui.widgets.activity import ActivityPanel
from tui.widgets.exercise_menu import ExerciseMenu
from tui.widgets.key_bar import KeyBar
from tui.widgets.plot import PlotView

LESSON = catalog.lesson("tensors")


def index_of(kind: type) -> int:
    """The first page with such a thing to do, and more than one of it."""
    return next(
        index
        for index, page in enumerate(LESSON.pages)
        if isinstance(page.activity, kind)
        and len(getattr(page.activity, "presets", "ab")) > 1
    )  # fmt: skip


async def click(page: OpenPage, selector: str, words: str) -> None:
    """Click on the first letter of these words in a widget."""
    rows = page.rows(selector)
    y = next(y for y, row in enumerate(rows) if words in row)
    widget = page.screen.query_one(selector)
    left, top = widget.gutter.left, widget.gutter.top
    widget.scroll_visible(animate=False, immediate=True)
    await page.pilot.pause()
    await page.pilot.click(widget, offset=Offset(left + rows[y].index(words), top + y))
    await page.pilot.pause()


async def test_a_click_on_a_preset_runs_it(engine: Runs, tmp_path: Path) -> None:
    at = index_of(Run)
    async with opened(engine, tmp_path, lambda app: app.open_lesson(LESSON, at)) as page:
        activity = LESSON.pages[at].activity
        assert isinstance(activity, Run)
        await click(page, "#activity", activity.presets[1].label)
        await page.ended()
        assert page.screen.query_one(ActivityPanel).chosen == 1


async def test_a_click_on_an_answer_takes_it(engine: Runs, tmp_path: Path) -> None:
    at = index_of(Predict)
    async with opened(engine, tmp_path, lambda app: app.open_lesson(LESSON, at)) as page:
        panel = page.screen.query_one(ActivityPanel)
        activity = LESSON.pages[at].activity
        assert isinstance(activity, Predict)
        await click(page, "#activity", activity.question.split()[0])
        chosen = [panel.chosen]
        await click(page, "#activity", f" {len(activity.choices)}  ")
        assert [*chosen, panel.chosen] == [None, len(activity.choices) - 1]
        await page.ended()


async def test_a_click_on_an_exercise_opens_it(engine: Runs, tmp_path: Path) -> None:
    at = index_of(ExerciseList)
    async with opened(engine, tmp_path, lambda app: app.open_lesson(LESSON, at)) as page:
        menu = page.screen.query_one(ExerciseMenu)
        last = menu.exercises[-1]
        await click(page, "#exercise-menu", last.title)
        assert isinstance(page.screen, ExerciseScreen)
        assert page.screen.exercise is last
        # The app may go only when the exercise has come: it is opened in the background.
        async with asyncio.timeout(seconds(PATIENCE_SECONDS)):
            while not page.editor.has_focus:
                await page.pilot.pause()


async def test_a_click_on_the_key_bar_presses_the_key(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, lambda app: app.open_lesson(LESSON, 0)) as page:
        screen = page.screen
        assert isinstance(screen, LessonScreen)
        await click(page, "KeyBar", "Next")
        assert screen.page is LESSON.pages[1]
        await click(page, "KeyBar", "Back")
        assert screen.page is LESSON.pages[0]
        assert page.screen.query_one(KeyBar)
        await click(page, "KeyBar", "Help")
        assert isinstance(page.app.screen_stack[-1], HelpScreen)


async def test_a_click_in_a_picture_reads_it_there(engine: Runs, tmp_path: Path) -> None:
    lesson = catalog.lesson("optimizers")
    found = page_running([lesson], "optimizers.descend")
    assert found is not None
    async with opened(engine, tmp_path, lambda app: app.open_lesson(*found)) as page:
        for _ in range(2):  # the page may ask for a guess first
            await page.press("r")
        await page.ended()
        view = page.screen.query_one("#plot-loss", PlotView)
        column = view.size.width * 2 // 3
        await page.pilot.click(view, offset=Offset(column, view.size.height // 2))
        await page.pilot.pause()
        rows = page.rows("#plot-loss")
        focused = [page.screen.focused]
        ruled = {x for row in rows for x, sign in enumerate(row) if sign == "│"}
        assert column in ruled
        await page.press("escape", "escape")
        assert [*focused, page.screen.focused] == [view, None]
        assert isinstance(page.screen, LessonScreen)


async def test_a_click_on_a_tab_shows_its_side(engine: Runs, tmp_path: Path) -> None:
    small = (80, 24)
    async with opened(engine, tmp_path, lambda app: app.open_lesson(LESSON, 0), small) as page:
        assert not page.screen.has_class("-stage")
        await click(page, "#tabs", "read")
        assert not page.screen.has_class("-stage")
        await click(page, "#tabs", "run")
        assert page.screen.has_class("-stage")
        await click(page, "#tabs", "read")
        assert not page.screen.has_class("-stage")


async def test_a_click_on_an_element_of_a_tensor_reads_it(engine: Runs, tmp_path: Path) -> None:
    at = next(
        i for i, page in enumerate(LESSON.pages) if page.title == "What it knows about itself"
    )
    async with opened(engine, tmp_path, lambda app: app.open_lesson(LESSON, at)) as page:
        await page.press("1")
        await page.ended()
        await click(page, "#plot-grid", "4 5 6")
        assert "[1, 0] = 4" in " ".join(page.rows("#plot-grid"))
