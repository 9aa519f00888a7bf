"""The palette finds pages by their words, exercises, errors, and what the screen's keys do."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.fuzzy import Matcher

from lessons.format import catalog
from lessons.format.schema import Lesson
from tests.runs import Runs
from tests.tui.pages import opened
from tui.screens.exercise import ExerciseScreen
from tui.screens.lesson import LessonScreen
from tui.screens.museum import MuseumScreen
from tui.screens.page_palette import found, places

LESSON = catalog.lesson("training")


def best(query: str) -> list[tuple[str, str]]:
    """What fits, the best first: title and what is told of it."""
    hits = sorted(found(query, Matcher(query)), key=lambda hit: -hit[0])
    return [(place.title, told) for _, place, told in hits]


@pytest.mark.parametrize("lesson", catalog.lessons(), ids=lambda lesson: lesson.slug)
def test_a_lesson_is_found_by_its_name(lesson: Lesson) -> None:
    titles = [title for title, _ in best(lesson.title)]
    assert titles[0] == f"{lesson.title}: {lesson.pages[0].title}"


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("broadcasting", "Tensors: "),
        ("zero_grad", "Optimizers: "),
        ("zero_grad", "Training: "),
        ("dead units", "Activations: "),
    ],
)
def test_a_page_is_found_by_a_word_of_its_text(words: str, title: str) -> None:
    titles = [each for each, _ in best(words)]
    assert any(each.startswith(title) for each in titles)


def test_what_is_found_in_a_text_shows_the_word() -> None:
    told = [told for title, told in best("zero_grad") if "zero_grad" not in title]
    assert told
    assert all("zero_grad" in each.lower() for each in told)


def test_every_page_exercise_and_error_is_a_place() -> None:
    titles = {place.title for place in places()}
    assert {
        f"{one.title}: {page.title}" for one in catalog.lessons() for page in one.pages
    } <= titles
    assert {f"Exercise: {each.title}" for each in catalog.exercises()} <= titles


async def test_it_leads_to_an_exercise_to_an_error_and_back_to_a_page(
    engine: Runs, tmp_path: Path
) -> None:
    async with opened(engine, tmp_path, lambda app: None) as page:
        for place in places():
            if place.title.startswith("Exercise: "):
                place.open(page.app)
                break
        await page.pilot.pause()
        assert isinstance(page.screen, ExerciseScreen)
        error = [place for place in places() if place.title.startswith("Error: ")][5]
        error.open(page.app)
        await page.pilot.pause()
        screen = page.screen
        assert isinstance(screen, MuseumScreen)
        assert page.text("#exhibit-title").startswith(error.title.removeprefix("Error: "))
        another = [place for place in places() if place.title.startswith("Error: ")][9]
        another.open(page.app)
        await page.pilot.pause()
        assert page.app.screen is screen
        assert page.text("#exhibit-title").startswith(another.title.removeprefix("Error: "))
        places()[0].open(page.app)
        await page.pilot.pause()
        assert isinstance(page.app.screen_stack[-1], LessonScreen)


async def test_the_keys_of_the_screen_are_commands(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, lambda app: app.open_lesson(LESSON, 0)) as page:
        commands = {each.title: each for each in page.app.get_system_commands(page.screen)}
        assert {"Run", "Next", "Code", "Museum", "Scratch page"} <= set(commands)
        assert "Stop" not in commands
        assert commands["Run"].help == "Key r"


async def test_keys_that_come_too_often_take_no_screen_along(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, lambda app: app.open_lesson(LESSON, 0)) as page:
        below = page.app.screen_stack[:-1]
        for _ in range(3):
            page.app.action_command_palette()
            palette = page.app.screen
            palette.dismiss()
            palette.dismiss()
            page.app.action_command_palette()
            await page.pilot.pause()
            await page.pilot.press("f2", "escape", "escape", "f2", "f1", "escape", "escape")
            await page.pilot.pause()
        assert page.app.screen_stack[: len(below)] == below
        assert page.app.return_code in (None, 0)
