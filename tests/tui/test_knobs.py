"""Knobs on a lesson's page: what they say, how they are turned, typed and clicked."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Offset

from lessons.format import catalog
from lessons.format.knobs import Knob
from lessons.format.schema import Experiment
from tests.runs import Runs
from tests.tui.pages import OpenPage, opened
from tui.screens.home import HomeScreen
from tui.widgets.knob import KnobRow
from tui.widgets.knob_scale import HERE, positions, scale, value_at
from tui.widgets.knobs import GAP, fitting
from tui.widgets.run_status import RunStatus
from tui.widgets.stage import SEED, turnable

EXPERIMENTS = [one for lesson in catalog.lessons() for one in lesson.experiments]
KNOBS = [SEED, *(knob for one in EXPERIMENTS for knob in one.knobs)]
SIZES = [(80, 24), (120, 40), (200, 50)]


def at_the_page(title: str, slug: str):  # type: ignore[no-untyped-def]
    lesson = catalog.lesson(slug)
    index = next(i for i, page in enumerate(lesson.pages) if page.title == title)
    return lambda app: app.open_lesson(lesson, index)


def running(name: str):  # type: ignore[no-untyped-def]
    """Opens the first page with an experiment."""
    return lambda app: app.open_lesson(*_page_of(name))


def _page_of(name: str):  # type: ignore[no-untyped-def]
    from lessons.learner.progress import page_running

    found = page_running(catalog.lessons(), name)
    assert found is not None
    return found


def knob(page: OpenPage, name: str) -> KnobRow:
    return page.screen.query_one(f"#knob-{name.replace('_', '-')}", KnobRow)


def painted(row: KnobRow) -> str:
    lines = [row.render_line(y) for y in range(row.size.height)]
    return "".join(segment.text for line in lines for segment in line)


@pytest.mark.parametrize("one", KNOBS, ids=lambda one: one.name)
def test_the_mark_stands_where_a_click_finds_the_value(one: Knob) -> None:
    for cell in range(positions(one)):
        assert scale(one, value_at(one, cell)).index(HERE) == cell
        assert one.check(value_at(one, cell)) == value_at(one, cell)


@given(st.lists(st.integers(1, 90), min_size=1, max_size=9), st.integers(20, 150))
def test_places_hold_their_knobs_and_never_overlap(widths: list[int], room: int) -> None:
    taken: dict[int, int] = {}
    for width, place in zip(widths, fitting(widths, room), strict=True):
        assert place.width * place.height >= width
        assert place.x + place.width <= room
        for y in range(place.y, place.y + place.height):
            assert place.x >= taken.get(y, -GAP) + GAP
            taken[y] = place.x + place.width


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", ["tensors.views", "tensors.mistakes", "training.fit"])
async def test_nothing_is_left_out_and_the_focus_changes_no_name(
    engine: Runs, tmp_path: Path, size: tuple[int, int], name: str
) -> None:
    async with opened(engine, tmp_path, running(name), size) as page:
        page.screen.add_class("-stage")
        await page.pilot.pause()
        for row in page.screen.query(KnobRow):
            before = painted(row)
            row.focus()
            await page.pilot.pause()
            focused = painted(row)
            assert focused.replace("‹", " ").replace("›", " ") == before
            assert row.knob.label in before
            assert "…" not in before or "…" in row.knob.label


async def test_an_empty_value_is_said(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, running("tensors.inspect")) as page:
        assert painted(knob(page, "shape")).split()[:2] == ["shape", "any"]


@pytest.mark.parametrize("one", KNOBS, ids=lambda one: one.name)
def test_an_empty_value_has_words(one: Knob) -> None:
    assert one.empty or "" not in (one.default, *one.choices)


async def test_live_knobs_are_marked(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, running("training.fit")) as page:
        marked = {row.knob.name for row in page.screen.query(KnobRow) if "↻" in painted(row)}
        assert marked == {"lr"}


async def test_the_seed_goes_from_one_number_to_the_next(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, running("training.fit")) as page:
        knob(page, "seed").focus()
        seen = []
        for _ in range(3):
            seen.append(knob(page, "seed").value)
            await page.press("right")
        assert seen == [0, 1, 2]


@pytest.mark.parametrize("one", EXPERIMENTS, ids=lambda one: f"{one.topic}.{one.id}")
def test_a_seed_is_offered_where_something_is_random(one: Experiment) -> None:
    own = [each for each in one.knobs if each.name == "seed"]
    assert [each.name for each in turnable(one)].count("seed") == (one.random or bool(own))


async def test_the_seed_comes_and_goes_with_what_is_random(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, running("tensors.inspect")) as page:
        assert not knob(page, "seed").display
        knob(page, "values").focus()
        await page.press("enter", *"randn", "enter")
        assert knob(page, "seed").display
        await page.press("d")
        assert not knob(page, "seed").display


async def test_a_typo_is_refused_in_words_and_stays_to_be_mended(
    engine: Runs, tmp_path: Path
) -> None:
    async with opened(engine, tmp_path, running("autograd.graph")) as page:
        row = knob(page, "expression")
        before = row.value
        row.focus()
        await page.press("enter", "w", "asterisk", "y", "enter")
        said = page.screen.query_one(RunStatus).render()
        assert "expression: w*y is not an expression of w, x, b, t" in str(said)
        assert (row.value, row.typed) == (before, "w*y")
        await page.press("backspace", "x", "enter")
        assert (row.value, row.typed) == ("w*x", None)


async def test_escape_goes_one_step_back_at_a_time(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, running("training.fit")) as page:
        lesson, row = page.screen, knob(page, "lr")
        row.focus()
        await page.press("enter", "7")
        await page.press("escape")
        assert (row.typed, lesson.focused) == (None, row)
        await page.press("escape")
        assert (page.screen, lesson.focused) == (lesson, None)
        await page.press("escape")
        assert isinstance(page.screen, HomeScreen)


async def test_a_click_on_the_scale_turns_and_on_the_value_types(
    engine: Runs, tmp_path: Path
) -> None:
    async with opened(engine, tmp_path, running("training.fit")) as page:
        epochs, bent = knob(page, "epochs"), knob(page, "activation")
        text, value = painted(epochs), str(epochs.value)
        end = len(text.rstrip()) - 1
        await page.pilot.click(epochs, offset=Offset(end, 0))
        assert epochs.value == epochs.knob.high
        await page.pilot.click(epochs, offset=Offset(text.index(value), 0))
        await page.press("1", "2", "enter")
        assert epochs.value == 12
        await page.pilot.click(bent, offset=Offset(painted(bent).index("none"), 0))
        assert bent.value == "Tanh"
