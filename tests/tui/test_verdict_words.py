"""What is said after a run is said of that run: never the story of other settings."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec
import pytest

from engine.history import Series
from lessons.format import catalog, conditions
from lessons.format.claims import Claim
from lessons.format.evidence import Evidence
from lessons.format.schema import Activity, Lesson, Predict, Run, Value, run_of
from tests.runs import Runs
from tests.tui.pages import OpenPage, opened
from tui.app import TochaApp
from tui.state.live_run import LiveRun, RunState
from tui.state.run_evidence import (
    FORGOTTEN,
    evidence_of,
    is_as_asked,
    judged_by,
    words,
    words_elsewhere,
)
from tui.state.stored_run import restore, stopped_here, to_store
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
    told = await ran(engine, tmp_path, "training", "Too fast")
    assert "So it came out. Each step jumps across the valley" in told


async def test_a_learner_who_turned_a_knob_is_told_their_own_story(
    engine: Runs, tmp_path: Path
) -> None:
    told = await ran(engine, tmp_path, "training", "Too fast", lr=0.0001, steps=30)
    assert "Each step jumps" not in told
    assert "With these settings: loss " in told
    assert told.count("it only arrived sooner") == 1, "an answer gives a reason for its own run"
    assert "So it came out" not in told


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
        assert said(page) == f"{told} With these settings: grad 6."


PRESETS = [
    pytest.param(run, number, id=f"{lesson.slug}, {page.title}, {number + 1}")
    for lesson in catalog.lessons()
    for page in lesson.pages
    if (run := run_of(page.activity)) is not None
    for number in range(len(run.presets))
]


@pytest.mark.parametrize(("run", "number"), PRESETS)
def test_words_are_for_the_settings_they_were_proven_for(run: Run, number: int) -> None:
    experiment = catalog.experiment(run.experiment)
    asked = experiment.settings(run.presets[number])
    own = Evidence({}, knobs=asked | {"seed": 7})
    assert is_as_asked(run, number, own)
    for knob in experiment.knobs:
        other = msgspec.structs.replace(own, knobs=asked | {knob.name: "elsewhere"})
        assert is_as_asked(run, number, other) == (knob.name in ("seed", "device"))
    for part in ({"was_turned": True}, {"is_cut_short": True}):
        assert not is_as_asked(run, number, msgspec.structs.replace(own, **part))


@pytest.mark.parametrize(("run", "number"), PRESETS)
def test_of_other_settings_only_numbers_are_told(run: Run, number: int) -> None:
    claim, note = run.presets[number].claim, run.presets[number].note
    told = words_elsewhere(claim.own, Evidence({"mse": 1.5}), {})
    assert note not in told or not note
    assert told.startswith(("With these settings: ", "What there is to say"))


def open_page(app: TochaApp, *, lesson: Lesson, index: int) -> None:
    """Have a page opened."""
    app.open_lesson(lesson, index)


def has_series(page: OpenPage) -> bool:
    """Whether the run has shown a number."""
    return bool(page.last_run.series)


async def test_a_run_that_was_stopped_decides_nothing(engine: Runs, tmp_path: Path) -> None:
    one = catalog.lesson("training")
    for index, answer in ((0, "3"), (4, "1")):  # a question, and presets
        at = partial(open_page, lesson=one, index=index)
        async with opened(engine, tmp_path / answer, at) as page:
            await page.press(answer)
            await page.until("a loss", partial(has_series, page))
            await page.press("x")
            await page.ended()
            assert page.last_run.state is RunState.STOPPED
            assert "Stopped before its end" in said(page)
            assert page.screen.query_one(ActivityPanel).right is None
            assert await page.kept(lambda store: store.predictions.all()) == []


def test_a_knob_that_was_turned_and_turned_back_makes_it_another_run() -> None:
    experiment = catalog.experiment("training.too_fast")
    run = LiveRun(1, experiment, dict(experiment.defaults))
    assert not evidence_of(run).was_turned
    run.turned["lr"] = experiment.defaults["lr"]
    assert evidence_of(run).was_turned


KEPT_CLAIM = Claim(["count(loss) == 4000 and max(loss) > 2 and min(loss) < 0.5"])
OF_EACH = Claim(["first(loss) == 1 and rises(loss) > 9"])


def test_of_a_run_that_was_kept_thinned_is_said_what_is_still_known_of_it() -> None:
    experiment = catalog.experiment("training.fit")
    run = LiveRun(1, experiment, dict(experiment.defaults))
    run.series["loss"] = Series()
    values = [1 + 2 * math.sin(step) ** 2 * math.cos(step / 700) for step in range(4000)]
    run.series["loss"].extend(range(4000), values)
    run.hear(stopped_here(run))
    kept = to_store(run, "training.fit", seed=0, torch="", device="cpu")
    assert kept is not None
    again = LiveRun(2, experiment, dict(experiment.defaults))
    restore(again, *kept)
    assert again.steps == run.steps == 4000
    before, after = evidence_of(run), evidence_of(again)
    assert words("So it is.", KEPT_CLAIM, before, {}) == "So it is."
    assert words("So it is.", KEPT_CLAIM, after, {}) == "So it is."
    assert words("So it is.", OF_EACH, before, {}) == "So it is."
    assert words("So it is.", OF_EACH, after, {}) == FORGOTTEN
    series = again.series["loss"]
    assert series.recent == series.last, "what it lies around is not known any more"


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
    assert not [scalar for scalar in wanted - drawn - names.keys() if "_" in scalar], "in told"
    shown = {plot.name for plot in catalog.experiment(name).plots}
    pictures = {one for text in asked for one in conditions.pictures(conditions.parse(text))}
    assert all(one.partition("/")[0] in shown for one in pictures if "/" in one)


async def test_what_was_judged_and_no_legend_shows_is_told(engine: Runs, tmp_path: Path) -> None:
    told = await ran(engine, tmp_path, "models", "A class of your own")
    assert "(largest difference 0)" in told


async def test_a_note_is_shown_for_the_run_it_speaks_of(engine: Runs, tmp_path: Path) -> None:
    told = await ran(engine, tmp_path / "a", "models", "When to write a class")
    assert "Two curves, one line on the screen." in told
    told = await ran(engine, tmp_path / "b", "models", "When to write a class", copy_weights=False)
    assert "one line on the screen" not in told
    assert "With these settings: largest difference" in told


async def test_what_was_no_number_is_told_as_it_stands(engine: Runs, tmp_path: Path) -> None:
    told = await ran(engine, tmp_path / "a", "tensors", "Views and copies", operation="t[1:]")
    assert "With these settings: strides, the result: (6, 1)" in told
    told = await ran(engine, tmp_path / "b", "tensors", "Mistakes", mistake="whole numbers")
    assert "What there is to say is about other settings" in told
