"""The museum: found by typing, run, read, repaired."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from engine.doctor import rules
from engine.doctor.silent_faults import faults
from engine.process.torch_build import this_build
from tests.runs import Runs
from tests.tui.pages import OpenPage, opened
from tui.app import TochaApp
from tui.screens.home import HomeScreen
from tui.screens.lesson import LessonScreen
from tui.state.museum import TOPICS, exhibits
from tui.widgets.explained import ExplainedPanel


def museum(app: TochaApp) -> None:
    """Where it opens."""
    app.open_museum()


def listed(page: OpenPage) -> list[str]:
    """The ids of what is in the list."""
    options = page.screen.query_one(OptionList)
    return [str(option.id) for option in options.options if option.id]


def verdict(page: OpenPage) -> str:
    """What is said of the last run."""
    return page.text("#exhibit-verdict")


def test_every_error_and_every_silent_fault_is_there_once() -> None:
    found = [each.id for each in exhibits()]
    assert len(found) == len(set(found))
    raised = {rule.id for rule in rules() if rule.snippet}
    assert set(found) == raised | {fault.id for fault in faults()}
    assert {each.topic for each in exhibits()} == set(TOPICS)


def test_what_is_deleted_is_not_repaired() -> None:
    for each in exhibits():
        assert each.is_repair(each.repaired), each.id
        assert not each.is_repair(each.code), each.id
        assert not each.is_repair(""), each.id


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_an_error_is_found_run_and_repaired(
    engine: Runs, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(engine, tmp_path, museum, size) as page:
        assert len(listed(page)) == len(exhibits())
        await page.press(*"dot product")
        assert listed(page)[0] == "dot-sizes"
        await page.press("enter")
        await page.settled()
        assert page.told == ["dot-sizes"]
        assert verdict(page) == "This is the error, raised just now on this machine."
        assert page.marked() is not None
        assert "RuntimeError" in page.text("#run-status")
        await page.press("f4")
        await page.run()
        assert verdict(page) == "✓ It no longer fails."
        assert page.told == []
        assert page.marked() is None
        await page.press("f7")
        await page.run()
        assert page.told == ["dot-sizes"]
        await page.press("escape")
        assert page.screen.query_one(Input).has_focus
        assert "1 repaired" in page.text("#museum-head")
    async with opened(engine, tmp_path, museum, size) as page:
        assert "1 repaired" in page.text("#museum-head")
        await page.press("escape")
        assert isinstance(page.screen, HomeScreen)


async def test_a_silent_fault_is_found_though_nothing_is_raised(
    engine: Runs, tmp_path: Path
) -> None:
    async with opened(engine, tmp_path, museum) as page:
        await page.press(*"gradients-add-up", "enter")
        await page.settled()
        assert page.told == ["gradients-add-up"]
        assert verdict(page).startswith("Nothing was raised")
        await page.press("f4")
        await page.run()
        assert verdict(page) == "✓ It no longer fails."
        assert page.told == []


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_an_error_that_cannot_be_raised_here_says_why(
    engine: Runs, tmp_path: Path, size: tuple[int, int]
) -> None:
    # One of the two is always of another machine.
    here = this_build()
    title, error = ("without a driver", "no-driver") if here.mps else ("No float64", "mps-float64")
    async with opened(engine, tmp_path, museum, size) as page:
        await page.press(*title)
        assert listed(page)[0] == error
        await page.press("enter")
        await page.settled()
        assert verdict(page) == "Nothing was run: this error cannot be raised here."
        assert "not run" in page.text("#run-status")
        assert page.marked() is None
        panel = page.screen.query_one(ExplainedPanel)
        assert panel.shown is not None
        assert panel.shown.title == "It cannot be raised here"
        assert panel.shown.says.startswith("This error takes ")
        assert here.torch in panel.shown.says
        rule = next(rule for rule in rules() if rule.id == error)
        assert rule.says in panel.shown.says
        # The repair can be read, but there is nothing here that it could repair.
        await page.press("f4")
        await page.run()
        assert verdict(page) == "Nothing was run: this error cannot be raised here."
        assert "0 repaired" in page.text("#museum-head")


def test_what_is_told_of_an_error_of_another_machine_needs_nothing_from_a_run() -> None:
    for rule in rules():
        if rule.needs:
            assert not re.search(r"[{}]", rule.says + rule.fix), rule.id


async def test_a_staged_error_is_not_called_raised_here(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, museum) as page:
        await page.press(*"memory is full", "enter")
        await page.settled()
        assert page.told == ["cuda-memory"]
        assert verdict(page) == "This is the error as another machine would raise it."


async def test_another_error_is_no_repair(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, museum) as page:
        await page.press(*"dot-sizes", "enter")
        await page.settled()
        await page.run("1 / 0\n")
        assert verdict(page) == "Another one now."
        await page.run("pass\n")
        assert verdict(page) == "It no longer fails, but little of it is left."
        assert "0 repaired" in page.text("#museum-head")


async def test_what_was_made_of_it_is_kept(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, museum) as page:
        await page.press(*"dot-sizes", "enter")
        await page.settled()
        await page.press("#")
    async with opened(engine, tmp_path, museum) as page:
        await page.press(*"dot-sizes", "enter")
        await page.settled()
        assert page.editor.text.startswith("#")
        await page.press("f7")
        assert not page.editor.text.startswith("#")


async def test_the_list_is_walked_and_the_lesson_opened(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, museum) as page:
        first = page.editor.text
        await page.press("down")
        assert page.editor.text != first
        await page.press("up")
        assert page.editor.text == first
        await page.press("enter")
        await page.settled()
        await page.press("ctrl+g")
        assert isinstance(page.screen, LessonScreen)
        assert page.screen.page.title == "Shapes that meet"


async def test_words_that_fit_nothing_leave_nothing(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, museum) as page:
        await page.press(*"xyzzy")
        assert listed(page) == []
        assert "0 of" in page.text("#museum-head")
        await page.press("enter", "down", "up", "escape")
        await page.pilot.pause()
