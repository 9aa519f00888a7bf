"""The microscope's screen with real keys and a real engine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from engine.process.protocol import Stopped
from engine.process.stops import Seen, Stop
from lessons.format.catalog import exercise
from lessons.store import ExerciseState
from tests.runs import Runs
from tests.scope.test_microscope import LOOP
from tests.tui.pages import OpenPage, opened, opened_exercise
from tests.tui.test_scratch import free
from tui.screens.exercise import ExerciseScreen
from tui.screens.scope import ScopeScreen
from tui.screens.scratch import ScratchScreen
from tui.state.scope_run import THINNED, WHOLE, ScopeRun
from tui.widgets.source_panel import AT_WORK, SourcePanel
from tui.widgets.stop_view import StopView

FAILING = "import torch\nx = torch.ones(4, 8)\ny = x @ x\n"


def shown(page: OpenPage) -> Stop:
    """The stop that is looked at."""
    assert isinstance(page.screen, ScopeScreen)
    assert page.screen.run is not None
    stop = page.screen.run.shown
    assert stop is not None
    return stop


def is_held(page: OpenPage, number: int) -> bool:
    """Whether the run waits after so many lines."""
    screen = page.screen
    run = screen.run if isinstance(screen, ScopeScreen) else None
    return run is not None and run.is_held and run.stops[-1].number == number


def is_at(page: OpenPage, text: str) -> bool:
    """Whether the run waits before a line that says this."""
    screen = page.screen
    run = screen.run if isinstance(screen, ScopeScreen) else None
    lit = [row for row in page.screen.query_one(SourcePanel).rows if row.startswith(AT_WORK)]
    return run is not None and run.is_held and text in "".join(lit)


def told(page: OpenPage) -> str:
    """All that is told beside the code."""
    return page.screen.query_one(StopView).text


def cells(page: OpenPage) -> tuple[list[str], list[str], str, str]:
    """Every cell of the screen that tells of a stop."""
    return (
        page.screen.query_one(SourcePanel).rows,
        page.rows("#stop-view"),
        told(page),
        page.text("#head-facts"),
    )


@asynccontextmanager
async def under(
    engine: Runs, folder: Path, code: str, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[OpenPage]:
    """This code under the microscope, at its first line; left in the end, which ends the run."""
    async with opened(engine, folder, free, size) as page:
        await page.write(code)
        await page.press("escape", "m")
        await page.until("the first stop", lambda: is_held(page, 0))
        await page.pilot.pause()
        run = page.last_run.run_id
        yield page
        await page.press("escape")
        assert isinstance(page.screen, ScratchScreen)
        await engine.ended(run)


async def walk(page: OpenPage, key: str, number: int) -> None:
    """Press a key that leads to this stop."""
    await page.press(key)
    await page.until(f"stop {number}", partial(is_held, page, number))
    await page.pilot.pause()


async def test_forward_lights_the_lines_and_back_restores_every_cell(
    engine: Runs, tmp_path: Path
) -> None:
    async with under(engine, tmp_path, LOOP) as page:
        seen = [cells(page)]
        for number, line in enumerate([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 8], 1):
            await walk(page, "s", number)
            assert shown(page).line == line
            (lit,) = (row for row in cells(page)[0] if row.startswith(AT_WORK))
            assert lit.removeprefix(AT_WORK).lstrip("123456 ").rstrip() in LOOP.splitlines()[line - 1]
            seen.append(cells(page))
        for before in reversed(seen[:-1]):
            await page.press("left")
            assert cells(page) == before
        for after in seen[1:]:
            await page.press("right")
            assert cells(page) == after


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
async def test_gradients_and_the_step_stand_beside_the_code(
    engine: Runs, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with under(engine, tmp_path, LOOP, size) as page:
        await walk(page, "b", 10)
        await walk(page, "s", 11)
        assert "in the order of arrival" in told(page)
        await walk(page, "s", 12)
        assert "SGD.step(): model.weight" in told(page)
        view = page.screen.query_one(StopView)
        assert not view.show_horizontal_scrollbar
        await page.press("down")
        assert view.scroll_y == min(3, view.max_scroll_y)


async def test_an_exception_is_the_last_stop(engine: Runs, tmp_path: Path) -> None:
    async with under(engine, tmp_path, FAILING) as page:
        await page.press("space")
        await page.ended()
        assert shown(page).line == 3
        assert "raised here: RuntimeError" in told(page)
        await page.press("left")
        assert shown(page).line == 3
        assert not shown(page).error


async def test_what_is_no_python_is_said_so(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, free) as page:
        await page.write("x = (1\n")
        await page.press("escape", "m")
        await page.until("an end", lambda: isinstance(page.screen, ScopeScreen))
        await page.ended()
        assert "'(' was never closed" in page.text("#run-status")


NO_ZERO_GRAD = exercise("training/write-the-loop").solution.replace("optimizer.zero_grad()", "pass")


async def test_a_wrong_answer_to_an_exercise_is_found_with_it(engine: Runs, tmp_path: Path) -> None:
    async with opened_exercise(engine, tmp_path, "training/write-the-loop") as page:
        await page.write(NO_ZERO_GRAD)
        await page.press("escape", "m")
        scoped = OpenPage(page.app, page.pilot)
        await scoped.until("the first stop", lambda: is_held(scoped, 0))
        before = []
        for _ in range(2):
            await scoped.press("b")
            await scoped.until("backward", partial(is_at, scoped, "loss.backward()"))
            await scoped.press("s")
            await scoped.until("the step", partial(is_at, scoped, "optimizer.step()"))
            before.append([each.before for each in shown(scoped).arrived if each.leaf])
        first, second = before
        assert first
        assert first == [None] * len(first)
        assert None not in second
        await scoped.press("space")
        await scoped.ended()
        assert "old gradients were still there" in scoped.text("#run-status")
        await scoped.press("escape")
        assert isinstance(scoped.screen, ExerciseScreen)
        found = await page.kept(lambda store: store.exercises.of("training/write-the-loop"))
        assert isinstance(found, ExerciseState)
        assert found.attempts == 0


def stop(number: int, *changed: str) -> Stopped:
    """A stop at which these of the names a and b had changed."""
    names = [Seen(name, "int", "1", changed=name in changed) for name in "ab"]
    return Stopped(1, stop=Stop(number, 1, names=names))


def test_old_stops_are_thinned_and_keep_what_changed_between() -> None:
    run = ScopeRun(1)
    for number in range(2500):
        run.hear(stop(number, "a" if number % 2 else "b"))
    assert WHOLE <= len(run.all_stops) <= WHOLE + THINNED
    assert [each.number for each in run.stops] == list(range(2500 - WHOLE, 2500))
    gaps = [each for before, each in pairwise(run.all_stops) if each.number - before.number > 1]
    assert gaps
    for each in gaps:
        assert [seen.changed for seen in each.names] == [True, True]


async def test_one_key_tells_what_a_name_was_computed_from(engine: Runs, tmp_path: Path) -> None:
    async with under(engine, tmp_path, LOOP) as page:
        await walk(page, "b", 10)
        assert "from" not in told(page)
        await page.press("c")
        words = " ".join(told(page).split())
        assert "line 10, from model, x, y" in words
        assert "line 5, from x" in words
        await page.press("c")
        assert "from" not in told(page)
