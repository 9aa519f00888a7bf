"""Keys that are pressed before the text is there: none is lost, none acts on an empty page."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from engine.process.protocol import Printed, Script
from lessons.format import catalog
from tests.environment import seconds
from tests.runs import Runs
from tests.tui.pages import OpenPage
from tests.tui.warm import Opened
from tui.app import TochaApp
from tui.screens.code_run_screen import CodeRunScreen
from tui.screens.home import HomeScreen

ANSWER = catalog.exercise("tensors/standardise")


@asynccontextmanager
async def busy(
    warm: Runs, folder: Path, first: Callable[[TochaApp], None]
) -> AsyncIterator[tuple[OpenPage, threading.Event]]:
    """The app with a store that answers nothing until the event is set."""
    answers = threading.Event()
    app = Opened(lambda _: None, warm, folder)
    async with app.run_test(size=(120, 40)) as pilot:
        app.saving.ask(lambda _: answers.wait())
        first(app)
        try:
            yield OpenPage(app, pilot), answers
        finally:
            answers.set()


async def ran(warm: Runs, page: OpenPage) -> str:
    """What the run that was asked for has printed; waits until it was started, and its end."""
    await page.pilot.pause()
    await page.app.workers.wait_for_complete(list(page.app.workers))
    await page.ended()
    return "".join(e.text for e in warm.of(page.last_run.run_id) if isinstance(e, Printed))


async def test_a_run_asked_for_early_runs_the_file(engine: Runs, tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text("print('from the file')\n")
    async with busy(engine, tmp_path / "home", lambda app: app.open_scratch(path)) as (page, go):
        await page.pilot.press("ctrl+r")
        assert isinstance(page.screen, CodeRunScreen)
        assert page.screen.run is None
        go.set()
        assert await ran(engine, page) == "from the file\n"
        assert "finished" in page.text("#run-status")


async def test_letters_typed_early_stand_in_the_text_that_runs(
    engine: Runs, tmp_path: Path
) -> None:
    path = tmp_path / "x.py"
    path.write_text("('text')\n")
    async with busy(engine, tmp_path / "home", lambda app: app.open_scratch(path)) as (page, go):
        await page.pilot.press(*"print", "ctrl+r")
        go.set()
        assert await ran(engine, page) == "text\n"
        assert page.editor.text == "print('text')\n"


async def test_keys_for_a_file_that_cannot_be_read_do_nothing(engine: Runs, tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_bytes(b"\x7fELF\0\0")
    async with busy(engine, tmp_path / "home", lambda app: app.open_scratch(path)) as (page, go):
        await page.pilot.press("q", "x", "ctrl+r")
        go.set()
        await page.pilot.pause()
        await page.app.workers.wait_for_complete(list(page.app.workers))
        await page.pilot.pause()
        assert page.app.is_running
        assert isinstance(page.screen, HomeScreen)


async def test_one_can_leave_before_the_text_comes(engine: Runs, tmp_path: Path) -> None:
    async with busy(engine, tmp_path, lambda app: app.open_scratch()) as (page, _):
        await page.pilot.press("x", "ctrl+q")
        async with asyncio.timeout(seconds(60)):
            while not page.app._exit:
                await page.pilot.pause()


@pytest.mark.parametrize("keys", [["ctrl+r"], ["#", "ctrl+r"]])
async def test_an_exercise_is_checked_with_its_text(
    engine: Runs, tmp_path: Path, keys: list[str]
) -> None:
    async with busy(engine, tmp_path, lambda app: app.open_exercise(ANSWER)) as (page, go):
        await page.pilot.press(*keys)
        go.set()
        await ran(engine, page)
        assert isinstance(page.screen, CodeRunScreen)
        assert page.screen.ran == ANSWER.stub.replace("# TODO", f"{'#' * len(keys)} TODO")


async def test_in_the_museum_letters_wait_for_the_exhibit(engine: Runs, tmp_path: Path) -> None:
    async with busy(engine, tmp_path, lambda app: app.open_museum()) as (page, go):
        await page.pilot.press(*"divis", "enter", "#")
        code = page.editor.text
        go.set()
        await ran(engine, page)
        assert isinstance(page.screen, CodeRunScreen)
        job = page.screen.job(page.screen.ran)
        assert isinstance(job, Script)
        assert (job.code, page.editor.text) == (code, f"#{code}")
