"""What if, at the microscope's screen: something is changed, and both futures are drawn."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from textual.widgets import Input, Static

from tests.runs import Runs
from tests.scope.test_microscope import LOOP
from tests.tui.pages import OpenPage
from tests.tui.test_scope import FAILING, is_held, shown, told, under, walk
from tui.screens.ask import NameScreen
from tui.screens.scope import ScopeScreen
from tui.state.live_run import RunState
from tui.state.what_if import Futures
from tui.widgets.plot import PlotView

LONGER = LOOP.replace("range(3)", "range(30)")


def futures(page: OpenPage) -> Futures | None:
    """The two runs that are drawn beside each other."""
    assert isinstance(page.screen, ScopeScreen)
    return page.screen._futures


async def ask(page: OpenPage, code: str) -> None:
    """Press the key and write what is to be changed."""
    await page.press("w")
    await page.until("the question", lambda: isinstance(page.screen, NameScreen))
    page.screen.query_one(Input).value = code
    await page.press("enter")
    await page.until("the answer", lambda: isinstance(page.screen, ScopeScreen))
    await page.pilot.pause()


def words(page: OpenPage) -> str:
    """What the question says."""
    return " ".join(str(each.render()) for each in page.screen.query(Static))


async def both_ended(page: OpenPage) -> Futures:
    """Run on, and wait for the ends of both."""
    await page.press("space")
    found = futures(page)
    assert found is not None
    runs = (found.first, found.other)
    await page.until("both ends", lambda: not any(run.state.is_live for run in runs))
    await page.pilot.pause()
    return found


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
async def test_a_changed_rate_changes_the_end(
    engine: Runs, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with under(engine, tmp_path, LONGER, size) as page:
        await walk(page, "b", 10)
        change = 'optimizer.param_groups[0]["lr"] = 0.0'
        await ask(page, change)
        await page.until("the stop again", partial(is_held, page, 10))
        assert f"what if: {change}"[:30] in told(page)
        assert "lr 0," in told(page)
        found = await both_ended(page)
        assert [curve.name for curve in found.curves] == ["as it was", change]
        was, now = (curve.series for curve in found.curves)
        assert len(was) == len(now) == 30
        # Nothing moves with a rate of nothing; as it was, it learns.
        assert now.minimum == now.maximum == was.maximum
        assert was.last < 0.5 * was.maximum
        assert page.screen.query_one("#futures", PlotView).display
        assert "Both have ended" in page.text("#run-status")


async def test_one_change_after_the_other(engine: Runs, tmp_path: Path) -> None:
    async with under(engine, tmp_path, LONGER) as page:
        await walk(page, "b", 10)
        await ask(page, "optimizer.param_groups[0]['momentum'] = 0.0")
        await page.until("the stop again", partial(is_held, page, 10))
        await walk(page, "b", 15)
        await ask(page, "optimizer.param_groups[0]['lr'] = 0.0")
        await page.until("the later stop", partial(is_held, page, 15))
        assert "lr 0, momentum 0," in told(page)
        found = await both_ended(page)
        one, two = (curve.name for curve in found.curves)
        assert one.endswith("['momentum'] = 0.0")
        assert two.startswith(one)
        assert two.endswith("['lr'] = 0.0")
        first, now = (curve.series for curve in found.curves)
        assert (now.last < now.maximum, first.last < now.last) == (True, True)


async def test_in_front_of_the_line_that_raised(engine: Runs, tmp_path: Path) -> None:
    async with under(engine, tmp_path, FAILING) as page:
        await page.press("space")
        await page.ended()
        assert shown(page).error
        await ask(page, "x = torch.ones(8, 8)")
        await page.until("the line again", partial(is_held, page, 2))
        found = await both_ended(page)
        assert (found.first.state, found.other.state) == (RunState.FAILED, RunState.FINISHED)
        assert not page.screen.query_one("#futures", PlotView).display


async def test_what_is_no_python_can_be_written_again(engine: Runs, tmp_path: Path) -> None:
    async with under(engine, tmp_path, LOOP) as page:
        await walk(page, "s", 1)
        await page.press("w")
        await page.until("the question", lambda: isinstance(page.screen, NameScreen))
        page.screen.query_one(Input).value = "x = = 1"
        await page.press("enter")
        await page.until("the question again", lambda: "That is no Python" in words(page))
        assert page.screen.query_one(Input).value == "x = = 1"
        await page.press("escape")


async def test_a_slip_is_told_and_forgotten_with_the_next_change(
    engine: Runs, tmp_path: Path
) -> None:
    async with under(engine, tmp_path, LONGER) as page:
        await walk(page, "b", 10)
        await ask(page, "optimizr.param_groups[0]['lr'] = 0.0")
        await page.until("the slip", lambda: "It raised NameError" in told(page))
        change = "optimizer.param_groups[0]['lr'] = 0.0"
        await ask(page, change)
        await page.until("the stop again", partial(is_held, page, 10))
        await page.until("the change", lambda: f"what if: {change}"[:30] in told(page))
        assert "raised" not in told(page)
        assert "line 5" in told(page)  # what is known of names is known still
        found = await both_ended(page)
        assert [curve.name for curve in found.curves] == ["as it was", change]
        was, now = (curve.series for curve in found.curves)
        assert now.minimum == now.maximum == was.maximum


async def test_leaving_ends_both_runs(engine: Runs, tmp_path: Path) -> None:
    endless = LOOP.replace("range(3)", "range(10**9)")
    async with under(engine, tmp_path, endless) as page:
        await walk(page, "b", 10)
        await ask(page, "x[0] = 0")
        await page.until("the stop again", partial(is_held, page, 10))
        found = futures(page)
        assert found is not None
        first = found.first.run_id
    await engine.ended(first)
