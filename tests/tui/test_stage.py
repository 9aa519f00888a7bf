"""What a lesson's page shows before, during and beside its runs, at every size."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from engine.process.protocol import Paused
from lessons.format import catalog
from lessons.format.schema import Predict
from tests.environment import seconds
from tests.runs import PATIENCE_SECONDS, Runs
from tests.tui.pages import OpenPage, opened
from tui.app import TochaApp
from tui.state.live_run import RunState
from tui.widgets import look_ahead
from tui.widgets.code_room import code_columns
from tui.widgets.key_bar import columns, fitting
from tui.widgets.lesson_picture import LessonPicture
from tui.widgets.plot import PlotView
from tui.widgets.plot_column import PlotColumn
from tui.widgets.source_panel import AT_WORK, LIT, SourcePanel, folded
from tui.widgets.stage import Stage

NARROW, USUAL, WIDE = (80, 24), (120, 40), (200, 50)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting pictures are asked for as soon as a page is there."""
    monkeypatch.setattr(look_ahead, "QUIET_SECONDS", 0.001)


def at(lesson: str, title: str) -> Callable[[TochaApp], None]:
    """Open a lesson at a page."""
    found = catalog.lesson(lesson)
    index = next(i for i, page in enumerate(found.pages) if page.title == title)
    return lambda app: app.open_lesson(found, index)


async def starting_picture(page: OpenPage) -> None:
    """Wait until the page shows what its run begins with."""
    async with asyncio.timeout(seconds(PATIENCE_SECONDS)):
        while page.screen.query_one(Stage).opening is None:
            await page.pilot.pause()
    await page.pilot.pause()


def seen(page: OpenPage) -> list[str]:
    """The pictures that are on the screen."""
    return [str(view.id) for view in page.screen.query(PlotView) if view.is_on_screen]


def source(page: OpenPage) -> list[str]:
    """The rows of the code, also those one would have to scroll to; none while it is not shown."""
    panel = page.screen.query_one(SourcePanel)
    return panel.rows if panel.is_on_screen else []


def marked(page: OpenPage, mark: str) -> list[str]:
    """The code in the rows with this mark."""
    return [row[2:].strip() for row in source(page) if row.startswith(mark)]


async def test_what_arrives_while_the_pictures_change_is_no_fault(
    engine: Runs, tmp_path: Path
) -> None:
    async with opened(engine, tmp_path, at("models", "One number for how wrong")) as page:
        column = page.screen.query_one(PlotColumn)
        other = catalog.experiment("optimizers.race")
        changing = asyncio.create_task(column.set_experiment(other))
        await asyncio.sleep(0)  # it has begun
        column.show([None for _ in other.plots])
        await changing
        assert len(column.query(PlotView)) == len(other.plots)


@pytest.mark.parametrize("size", [NARROW, USUAL, WIDE])
async def test_a_page_of_mistakes_opens_with_what_will_be_typed(
    engine: Runs, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(engine, tmp_path, at("optimizers", "Mistakes"), size) as page:
        await starting_picture(page)
        if size == NARROW:
            await page.press("ctrl+t")
        rows = page.rows("#plot-wrong") if "plot-wrong" in seen(page) else source(page)
        assert any("before = model(x)[0].item()" in row for row in rows)
        assert not any("wrong_and_right" in row for row in source(page))


async def test_a_page_opens_with_what_its_run_begins_with_and_its_code(
    engine: Runs, tmp_path: Path
) -> None:
    async with opened(engine, tmp_path, at("training", "Four things")) as page:
        await starting_picture(page)
        assert seen(page) == ["plot-fit"]
        assert page.rows("#plot-fit") != [""] * len(page.rows("#plot-fit"))
        assert any("loss.backward()" in row for row in source(page))
        assert page.text("#run-status") == "Press r to run."


async def test_a_starting_picture_is_no_run(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, at("optimizers", "Downhill")) as page:
        await starting_picture(page)
        (run_id,) = {event.run_id for event in engine.events if event.run_id}
        await engine.ended(run_id)
        assert page.screen.query_one(Stage).opening.series == {}  # type: ignore[union-attr]
        assert page.screen.run is None  # type: ignore[attr-defined]
        assert await page.kept(lambda store: store.runs.all("optimizers.descend")) == []
        states = await page.kept(lambda store: store.pages.all())
        assert [state.done for state in states] == [None]


async def test_a_run_takes_the_place_of_the_starting_picture(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, at("optimizers", "Four lines")) as page:
        await starting_picture(page)
        await page.press("r")
        await page.ended()
        assert seen(page) == ["plot-function", "plot-loss", "plot-place"]
        assert source(page) == []


async def test_turning_the_page_ends_what_was_asked_for(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, at("optimizers", "Downhill")) as page:
        await starting_picture(page)
        first = page.screen.query_one(Stage).opening
        await page.press("n")
        await starting_picture(page)
        assert page.screen.query_one(Stage).opening is not first
        started = {event.run_id for event in engine.events if event.run_id}
    for run_id in started:
        await engine.ended(run_id)


async def test_another_value_of_a_knob_has_another_starting_picture(
    engine: Runs, tmp_path: Path
) -> None:
    async with opened(engine, tmp_path, at("data", "Noise and luck")) as page:
        await starting_picture(page)
        first = page.screen.query_one(Stage).opening
        await page.press("tab", "tab", "right")
        async with asyncio.timeout(seconds(PATIENCE_SECONDS)):
            while page.screen.query_one(Stage).opening is first:
                await page.pilot.pause()
        opening = page.screen.query_one(Stage).opening
        assert opening is not None
        assert opening.knobs == page.screen.query_one(Stage).values != first.knobs  # type: ignore[union-attr]


@pytest.fixture(autouse=True)
def no_picture_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are opened from home, whose own picture would run beside what is counted here."""
    monkeypatch.setattr(LessonPicture, "look", lambda self: None)


async def test_what_would_answer_the_question_is_not_shown_before_it(
    engine: Runs, tmp_path: Path
) -> None:
    question, after = catalog.lesson("autograd").pages[:2]
    assert isinstance(question.activity, Predict)
    assert not isinstance(after.activity, Predict)
    async with opened(engine, tmp_path, at("autograd", question.title)) as page:
        await page.pilot.pause()
        assert seen(page) == []
        assert source(page)
        # Home, which the page was opened from, draws a picture of its own.
        before = {event.run_id for event in engine.events}
        await page.press("n")
        await starting_picture(page)
        assert seen(page) == ["plot-graph"]
        assert len({event.run_id for event in engine.events} - before) == 1


@pytest.mark.parametrize("size", [NARROW, USUAL, WIDE])
async def test_code_stands_beside_the_pictures_where_there_is_room(
    engine: Runs, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(engine, tmp_path, at("optimizers", "Four lines"), size) as page:
        await page.press("r")
        await page.ended()
        assert bool(source(page)) == (size is WIDE)
        prose = page.screen.query_one("#page")
        assert prose.size.width <= 76
        assert prose.size.width >= 60 or size is NARROW
        if size is WIDE:
            pictures, panel = page.screen.query_one("#plots"), page.screen.query_one(SourcePanel)
            assert prose.region.right < pictures.region.x < panel.region.x


@pytest.mark.parametrize("size", [USUAL, WIDE])
async def test_while_stepping_the_line_at_work_is_lit(
    engine: Runs, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(engine, tmp_path, at("optimizers", "Four lines"), size) as page:
        await page.press("s")
        first = await engine.until(Paused, page.last_run.run_id, such=lambda e: bool(e.lines))
        await page.pilot.pause()
        await page.pilot.pause()
        lines = page.last_run.experiment.source.splitlines()
        (here,) = {first.lines[-1] - page.last_run.experiment.line}
        assert lines[here].strip().startswith(marked(page, AT_WORK)[0])
        await page.press("s")
        held = await engine.until(Paused, page.last_run.run_id, such=lambda e: e.step == 2)
        await page.pilot.pause()
        await page.pilot.pause()
        assert marked(page, AT_WORK)[0].startswith("changes = yield Scalars")
        assert "loss.backward()" in marked(page, LIT)
        assert len(held.lines) > 3


async def test_the_lines_that_use_a_turned_knob_are_lit(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, at("optimizers", "Downhill")) as page:
        assert marked(page, LIT) == []
        page.screen.query_one(Stage).set_values({"lr": 0.5})
        page.screen.query_one(Stage).show(None)
        await page.pilot.pause()
        assert any("lr=lr" in row for row in marked(page, LIT))


async def test_on_a_small_screen_the_verdict_stands_under_the_picture(
    engine: Runs, tmp_path: Path
) -> None:
    async with opened(engine, tmp_path, at("optimizers", "Downhill"), NARROW) as page:
        await page.press("v", "r")
        assert page.screen.query_one("#activity").is_on_screen, "it asks for a guess in sight"
        await page.press("1", "r")
        await page.ended()
        assert "plot-function" in seen(page)
        outcome = page.screen.query_one("#outcome")
        assert outcome.is_on_screen
        assert "At 2, to four decimals" in " ".join(page.rows("#outcome"))
        assert "v Read/run" in " ".join(page.rows("KeyBar"))
        await page.press("r")
        assert page.text("#outcome") == ""


@pytest.mark.parametrize("size", [NARROW, USUAL])
async def test_a_page_without_a_run_has_no_stage(
    engine: Runs, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(engine, tmp_path, at("optimizers", "In short"), size) as page:
        await page.press("v")
        assert not page.screen.query_one(Stage).is_on_screen
        assert not page.screen.query_one("#tabs").is_on_screen
        assert page.screen.query_one("#page").is_on_screen


@pytest.mark.parametrize("size", [(56, 24), (60, 24), NARROW, USUAL])
async def test_no_key_of_the_bar_is_cut(
    engine: Runs, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(engine, tmp_path, at("optimizers", "Four lines"), size) as page:
        await page.press("s")
        await page.pilot.pause()
        assert page.last_run.state is not RunState.FAILED
        shown = " ".join(page.rows("KeyBar")).strip()
        assert "…" not in shown
        assert "? Help" in shown
        assert shown.startswith("r Run")


def test_a_bar_gives_up_whole_keys_and_help_last() -> None:
    entries = [("r", "Run", "run"), ("?", "Help", "help"), ("q", "Quit", "quit")]
    assert fitting(entries, columns(entries)) == entries
    assert fitting(entries, 16) == entries[1:]
    assert fitting(entries, 8) == entries[1:2]
    assert fitting(entries, 1) == entries[1:2]


async def test_where_the_code_has_no_room_it_is_one_key_away(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, at("optimizers", "Four lines"), NARROW) as page:
        await page.press("s", "s")
        await engine.until(Paused, page.last_run.run_id, such=lambda e: e.step == 1)
        await page.pilot.pause()
        await page.pilot.pause()
        assert source(page) == []
        await page.press("c")
        assert marked(page, AT_WORK)[0].startswith("changes = yield Scalars")


async def test_what_a_run_decides_comes_into_sight(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, at("optimizers", "Downhill"), (120, 24)) as page:
        await page.press("1", "r")
        await page.ended()
        panel, prose = page.screen.query_one("#activity"), page.screen.query_one("#prose")
        assert panel.region.bottom <= prose.region.bottom


def test_a_long_line_goes_on_below_and_loses_nothing() -> None:
    line = Content("    loss = criterion(prediction, y)   #   measure the error")
    first, second = folded(line, 40)
    assert first.plain == "    loss = criterion(prediction, y)"
    assert second.plain.split() == ["#", "measure", "the", "error"]
    comment = [piece.plain.strip() for piece in folded(Content("    # no word is broken"), 16)]
    assert " ".join(comment) == "# no word is broken"
    call = [piece.plain.strip() for piece in folded(Content("  walker.update(changes or {})"), 20)]
    assert call == ["walker.update(", "changes or {})"]
    pieces = list(folded(Content("    x" + "y" * 100), 30))
    assert all(len(piece) <= 30 for piece in pieces)
    assert "".join(piece.plain.strip() for piece in pieces) == "x" + "y" * 100


@pytest.mark.parametrize(("lesson", "title"), [("tensors", "A box of numbers"),
                                           ("devices", "Where numbers live")])  # fmt: skip
async def test_code_beside_short_pictures_has_the_room_they_leave(
    engine: Runs, tmp_path: Path, lesson: str, title: str
) -> None:
    async with opened(engine, tmp_path, at(lesson, title), (200, 50)) as page:
        await page.press("1")
        await page.ended()
        await page.pilot.pause()
        column, panel = page.screen.query_one(PlotColumn), page.screen.query_one(SourcePanel)
        bench = page.screen.query_one("#bench").size.width
        needed = column.columns(bench)
        assert needed is not None
        assert column.size.width >= needed
        assert panel.size.width > bench * 45 // 100
        assert column.size.width + panel.size.width <= bench


@given(st.integers(1, 200), st.integers(60, 200), st.integers(1, 200))
def test_code_takes_nothing_that_pictures_need(pictures: int, room: int, longest: int) -> None:
    wide = code_columns(pictures, room, longest)
    if wide is not None:
        assert room * 45 // 100 < wide <= longest
        assert pictures + wide <= room
