"""What is said after a run is said of that run: never the story of other settings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lessons.format import catalog, conditions
from lessons.format.evidence import Evidence
from lessons.format.schema import Activity, Predict, Run, Value, run_of
from tests.runs import Runs
from tests.tui.pages import OpenPage, opened
from tui.app import TochaApp
from tui.state.run_evidence import is_as_asked, judged_by
from tui.widgets.activity import ActivityPanel
from tui.widgets.stage import Stage


def conditions_of(activity: Activity | None) -> Iterator[list[str]]:
    """The conditions that are judged together on a page."""
    if isinstance(activity, Predict):
        yield [*(choice.when for choice in activity.choices), *activity.claim.own]
    elif isinstance(activity, Run):
        yield from (preset.claim.own for preset in activity.presets)


def said(page: OpenPage) -> str:
    panel = page.screen.query_one(ActivityPanel)
    return " ".join(str(panel.render()).split())


async def ran(engine: Runs, folder: Path, lesson: str, title: str, **knobs: Value) -> str:
    """What the page says when it was run with these knobs."""
    one = catalog.lesson(lesson)
    index = next(i for i, page in enumerate(one.pages) if page.title == title)

    def there(app: TochaApp) -> None:
        app.open_lesson(one, index)

    async with opened(engine, folder, there) as page:
        page.screen.query_one(Stage).set_values(knobs)
        await page.press("r")
        await page.press("r")  # a question asks once for a guess
        await page.ended()
        return said(page)


async def test_a_reason_is_given_for_the_run_it_speaks_of(engine: Runs, tmp_path: Path) -> None:
    words = await ran(engine, tmp_path, "training", "Too fast")
    assert "So it came out. Each step jumps across the valley" in words


async def test_a_learner_who_turned_a_knob_is_told_their_own_story(
    engine: Runs, tmp_path: Path
) -> None:
    words = await ran(engine, tmp_path, "training", "Too fast", lr=0.0001, steps=30)
    assert "Each step jumps" not in words
    assert "With these settings: small: it only arrived sooner." in words
    assert "So it came out" not in words


async def test_a_question_is_decided_by_the_run_it_asks_about(engine: Runs, tmp_path: Path) -> None:
    one = catalog.lesson("autograd")
    index = next(i for i, page in enumerate(one.pages) if page.title == "Backward, again")
    async with opened(engine, tmp_path, lambda app: app.open_lesson(one, index)) as page:
        panel, stage = page.screen.query_one(ActivityPanel), page.screen.query_one(Stage)
        await page.press("1")
        await page.ended()
        decided, told = panel.right, said(page)
        assert decided is not None
        assert "Not this time." in told or "You saw it coming." in told
        await page.press("r")
        await page.ended()
        assert said(page) == told
        stage.set_values({"times": 1})
        await page.press("r")
        await page.ended()
        assert panel.right == decided
        assert said(page) == f"{told} With these settings: 6: each slope replaces the last."


def test_the_seed_and_the_device_are_no_part_of_what_is_asked() -> None:
    page = next(
        each for each in catalog.lesson("autograd").pages if each.title == "Backward, again"
    )
    question = page.activity
    assert isinstance(question, Predict)
    asked = catalog.experiment(question.run.experiment).settings(question.run.presets[0])
    assert is_as_asked(question, Evidence({}, knobs=asked | {"seed": 7, "device": "cuda"}))
    assert not is_as_asked(question, Evidence({}, knobs=asked | {"times": 1}))
    assert not is_as_asked(question, Evidence({}))


JUDGED = [
    pytest.param(run.experiment, asked, id=f"{lesson.slug}, {page.title}")
    for lesson in catalog.lessons()
    for page in lesson.pages
    if (run := run_of(page.activity)) is not None
    for asked in conditions_of(page.activity)
]


@pytest.mark.parametrize(("name", "asked"), JUDGED)
def test_every_number_that_decides_is_in_a_legend_or_told(name: str, asked: list[str]) -> None:
    drawn = {curve for plot in catalog.experiment(name).plots for curve in plot.series}
    wanted = {scalar for text in asked for scalar in conditions.names(conditions.parse(text))}
    names = catalog.experiment(name).numbers
    told = judged_by(asked, Evidence(dict.fromkeys(wanted, 1.5)), drawn, names)
    assert all(f"{names.get(scalar, scalar)} 1.5" in told for scalar in wanted - drawn)
    assert not [scalar for scalar in wanted - drawn - names.keys() if "_" in scalar], "in words"
    shown = {plot.name for plot in catalog.experiment(name).plots}
    pictures = {one for text in asked for one in conditions.pictures(conditions.parse(text))}
    assert all(one.partition("/")[0] in shown for one in pictures if "/" in one)


async def test_what_was_judged_and_no_legend_shows_is_told(engine: Runs, tmp_path: Path) -> None:
    words = await ran(engine, tmp_path, "models", "A class of your own")
    assert "(largest difference 0)" in words


async def test_a_note_is_shown_for_the_run_it_speaks_of(engine: Runs, tmp_path: Path) -> None:
    words = await ran(engine, tmp_path / "a", "models", "When to write a class")
    assert "Two curves, one line on the screen." in words
    words = await ran(engine, tmp_path / "b", "models", "When to write a class", copy_weights=False)
    assert "one line on the screen" not in words
    assert "With these settings it came out otherwise: largest difference" in words


async def test_what_was_no_number_is_told_as_it_stands(engine: Runs, tmp_path: Path) -> None:
    words = await ran(engine, tmp_path / "a", "tensors", "Views and copies", operation="t[1:]")
    assert 'otherwise: strides, the result "(6, 1)".' in words
    words = await ran(engine, tmp_path / "b", "tensors", "Mistakes", mistake="whole numbers")
    assert "There is more to say of this one with its own settings" in words
