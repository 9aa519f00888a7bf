"""A step is a step: one press is one line, and every stop can be looked at again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.process.protocol import Paused, RunFinished, Shown, encode
from engine.views import Code, Scatter, Table
from lessons.format import catalog
from tests.runs import Runs
from tests.tui.pages import OpenPage, opened
from tui.app import TochaApp
from tui.screens.lesson import LessonScreen
from tui.state.live_run import LiveRun
from tui.state.run_trail import Trail
from tui.widgets.key_bar import KeyBar

TRAINING = catalog.lesson("training")
LIT = [0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 5, 6, 7]
"""The lines of the loop in the order in which a run goes through them."""


def title(app: TochaApp, name: str) -> None:
    index = next(i for i, page in enumerate(TRAINING.pages) if page.title == name)
    app.open_lesson(TRAINING, index)


def looked_at(page: OpenPage) -> LiveRun:
    screen = page.screen
    assert isinstance(screen, LessonScreen)
    run = screen.looked_at
    assert run is not None
    return run


def cells(page: OpenPage) -> dict[str, dict[str, bytes]]:
    """Everything that is drawn, as it would be sent."""
    views = looked_at(page).views
    return {
        plot: {name: encode(Shown(view=view)) for name, view in named.items()}
        for plot, named in views.items()
    }


def lit(page: OpenPage) -> int:
    code = looked_at(page).code
    assert isinstance(code, Code)
    return code.line


def asked_for(page: OpenPage) -> list[object]:
    """The items of every batch so far."""
    (table,) = looked_at(page).views["table"].values()
    assert isinstance(table, Table)
    return [row[1] for row in table.rows]


async def step(page: OpenPage, engine: Runs, stops: int) -> None:
    await page.press("s")
    run = page.last_run.run_id
    while sum(isinstance(event, Paused) for event in engine.of(run)) < stops + 1:
        last = engine.of(run)[-1] if engine.of(run) else None
        await engine.until(Paused, run, after=last)
    await page.pilot.pause()


async def test_presses_light_the_lines_and_as_many_back_restore_every_cell(
    engine: Runs, tmp_path: Path
) -> None:
    async with opened(engine, tmp_path, lambda app: title(app, "Six steps")) as page:
        await page.press("r")
        await engine.until(Paused, page.last_run.run_id, such=lambda event: bool(event.lines))
        await page.pilot.pause()
        seen = [(lit(page), cells(page))]
        for n in range(1, len(LIT)):
            await step(page, engine, stops=n + 1)
            seen.append((lit(page), cells(page)))
        assert [line for line, _ in seen] == LIT
        assert len({str(each) for _, each in seen}) == len(LIT), "every step changes something"
        said = len(engine.of(page.last_run.run_id))
        for line, before in reversed(seen[:-1]):
            await page.press("left")
            assert (lit(page), cells(page)) == (line, before)
        for line, after in seen[1:]:
            await page.press("right")
            assert (lit(page), cells(page)) == (line, after)
        assert len(engine.of(page.last_run.run_id)) == said, "the run was not asked"


async def test_one_press_fetches_one_item_and_shows_it(engine: Runs, tmp_path: Path) -> None:
    data = catalog.lesson("data")
    index = next(i for i, page in enumerate(data.pages) if page.title == "A Dataset")
    async with opened(engine, tmp_path, lambda app: app.open_lesson(data, index)) as page:
        for n in range(1, 5):
            await page.press("s")
            run = page.last_run.run_id
            held = await engine.until(Paused, run, such=lambda event: event.step >= n)  # noqa: B023
            await page.pilot.pause()
            assert held.step == n
            assert engine.values(run, "item").tolist() == list(range(n))
            assert asked_for(page) == list("0123"[:n])


async def test_the_key_bar_shows_the_ways_that_there_are(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, lambda app: title(app, "Six steps")) as page:
        await page.press("r")
        await engine.until(Paused, page.last_run.run_id, such=lambda event: bool(event.lines))
        await page.pilot.pause()
        await step(page, engine, stops=2)
        keys = page.screen.query_one(KeyBar).render().plain
        assert "Step back" in keys
        assert "Forward" not in keys
        await page.press("left")
        assert "Forward" in page.screen.query_one(KeyBar).render().plain


@pytest.mark.parametrize("stops", [3, 600])
def test_hundreds_of_stops_are_kept(stops: int) -> None:
    experiment = catalog.experiment("training.steps")
    run, trail = LiveRun(7, experiment, {}), Trail()

    def tell(event: Any) -> None:
        run.hear(event)
        trail.hear(event)

    for n in range(stops):
        for x in (n, n + 0.5):  # of two pictures of one kind, the newer
            tell(Shown(7, view=Scatter([float(x)], [0.0])))
        tell(Paused(7, step=n, lines=[]))
    for n in reversed(range(stops - 1)):
        trail.go(-1)
        past = trail.looked_at(run)
        assert past is not None
        (view,) = past.views["fit"].values()
        assert msgspec.to_builtins(view.x) == [n + 0.5]  # type: ignore[union-attr]
    trail.go_to_now()
    assert trail.looked_at(run) is run


def test_the_last_stop_of_a_run_that_went_on_to_its_end_is_kept() -> None:
    trail = Trail()
    for x in (0.0, 1.0):
        trail.hear(Shown(7, view=Scatter([x], [0.0])))
        trail.hear(Paused(7, step=0, lines=[]))
    trail.hear(Shown(7, view=Scatter([2.0], [0.0])))
    trail.hear(RunFinished(7, final={}, steps=0, seconds=0.0))
    trail.go(-1)
    past = trail.looked_at(LiveRun(7, catalog.experiment("training.steps"), {}))
    assert past is not None
    (view,) = past.views["fit"].values()
    assert msgspec.to_builtins(view.x) == [1.0]  # type: ignore[union-attr]
    assert trail.place == "stop 2 of 3"
