"""The microscope's screen with real keys and a real engine."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from engine.process.stops import Stop
from tests.runs import Runs
from tests.scope.test_microscope import LOOP
from tests.tui.pages import OpenPage, opened
from tests.tui.test_scratch import free
from tui.screens.scope import ScopeScreen
from tui.screens.scratch import ScratchScreen
from tui.widgets.source_panel import AT_WORK, SourcePanel

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


def cells(page: OpenPage) -> tuple[list[str], list[str], str, str]:
    """Every cell of the screen that tells of a stop."""
    return (
        page.screen.query_one(SourcePanel).rows,
        page.rows("#scope-right"),
        page.text("#scope-names-text"),
        page.text("#head-facts"),
    )


async def under(page: OpenPage, code: str) -> None:
    """Write it, and put it under the microscope."""
    await page.write(code)
    await page.press("escape", "m")
    await page.until("the first stop", lambda: is_held(page, 0))
    await page.pilot.pause()


async def test_forward_lights_the_lines_and_back_restores_every_cell(
    engine: Runs, tmp_path: Path
) -> None:
    async with opened(engine, tmp_path, free) as page:
        await under(page, LOOP)
        seen = [cells(page)]
        for number, line in enumerate([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 8], 1):
            await page.press("s")
            await page.until("the next line", partial(is_held, page, number))
            await page.pilot.pause()
            assert shown(page).line == line
            (lit,) = (row for row in cells(page)[0] if row.startswith(AT_WORK))
            assert lit.removeprefix(AT_WORK).strip() in LOOP.splitlines()[line - 1]
            seen.append(cells(page))
        for before in reversed(seen[:-1]):
            await page.press("left")
            assert cells(page) == before
        for after in seen[1:]:
            await page.press("right")
            assert cells(page) == after
        await page.press("escape")
        assert isinstance(page.screen, ScratchScreen)


async def test_gradients_and_the_step_stand_beside_the_code(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, free) as page:
        await under(page, LOOP)
        await page.press("b")
        await page.until("backward", lambda: is_held(page, 10))
        await page.press("s")
        await page.until("the step", lambda: is_held(page, 11))
        await page.pilot.pause()
        assert "in the order of arrival" in page.text("#scope-told-text")
        await page.press("s")
        await page.until("the loop", lambda: is_held(page, 12))
        await page.pilot.pause()
        assert "SGD.step(): model.weight" in page.text("#scope-told-text")


async def test_an_exception_is_the_last_stop(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, free) as page:
        await under(page, FAILING)
        await page.press("space")
        await page.ended()
        assert shown(page).line == 3
        assert "raised here: RuntimeError" in page.text("#scope-told-text")
        await page.press("left")
        assert shown(page).line == 3
        assert not shown(page).error
