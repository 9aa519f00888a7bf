"""Pages fit the smallest terminal, and prose, manifests and experiments agree."""

from __future__ import annotations

import textwrap

import pytest

from lessons.format import catalog, conditions, source
from lessons.format.pages import ExerciseLink, Page, Predict, Run
from lessons.format.schema import Experiment, Lesson

LESSONS = catalog.lessons()
PAGES = [(lesson, page) for lesson in LESSONS for page in lesson.pages]
EXPERIMENTS = [(lesson, one) for lesson in LESSONS for one in lesson.experiments]
RUNS = [
    (lesson, page, run)
    for lesson, page in PAGES
    if (run := page.activity.run if isinstance(page.activity, Predict) else page.activity)
    and isinstance(run, Run)
]

WORDS, ROWS, COLUMNS = 120, 20, 76
"""Of a page's prose, in one column of the smallest terminal."""
ROWS_ALONE = 22
"""Of a page with what there is to do on it, in one column: without head and foot."""
ROWS_BESIDE, COLUMNS_BESIDE = 36, 45
"""Of a page with everything on it, beside the stage of a terminal of 120 by 40."""


def _name(value: object) -> str:
    return value.slug if isinstance(value, Lesson) else getattr(value, "title", "")


def _named(value: object) -> str:
    return getattr(value, "id", "") or _name(value)


def rendered_rows(markdown: str, columns: int) -> int:
    """Rows of a page in one column: wrapped blocks with a blank row after each."""
    rows = 0
    for number, part in enumerate(markdown.split("```")):
        if number % 2:
            rows += len(part.splitlines()) + 2  # padded above and below, the language's line less
            continue
        for block in filter(None, map(str.strip, part.split("\n\n"))):
            lines = block.splitlines()
            if block.startswith("|"):
                rows += len(lines) + 1
            elif lines[0].startswith(("- ", "1. ")):
                items = "\n".join(lines).replace("\n  ", " ").splitlines()
                rows += sum(len(textwrap.wrap(item, columns - 4)) for item in items) + 1
            else:
                rows += len(textwrap.wrap(" ".join(lines), columns)) + 1
    return rows


def activity_rows(page: Page, columns: int, *, after: bool) -> int:
    """Rows of what there is to do on a page, before or after it has been done."""
    activity, texts = page.activity, []
    if isinstance(activity, Predict):
        texts = [f"Predict {activity.question}", *(choice.text for choice in activity.choices)]
        texts += [f"Not this time. {activity.why}" if after else "Press 1, 2 or 3."]
    if isinstance(activity, Run):
        texts = [preset.label for preset in activity.presets]
        texts += [preset.note for preset in activity.presets if after]
    return sum(len(textwrap.wrap(text, columns - 5)) for text in texts)


@pytest.mark.parametrize("lesson", LESSONS, ids=_name)
def test_a_lesson_has_enough_pages_and_an_ending(lesson: Lesson) -> None:
    assert 6 <= len(lesson.pages) <= 12
    assert 1 <= len(lesson.recap) <= 6
    assert lesson.further
    assert lesson.title
    assert lesson.summary
    assert lesson.concepts
    titles = [page.title for page in lesson.pages]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("lesson", LESSONS, ids=_name)
def test_prerequisites_come_before(lesson: Lesson) -> None:
    before = [one.slug for one in LESSONS if one.order < lesson.order]
    assert set(lesson.prerequisites) <= set(before)


@pytest.mark.parametrize(("lesson", "page"), PAGES, ids=_name)
def test_a_page_fits_the_smallest_terminal(lesson: Lesson, page: Page) -> None:
    assert len(page.body.split()) <= WORDS
    assert rendered_rows(page.body, COLUMNS) <= ROWS
    assert "<!--" not in page.body
    for fence in page.body.split("```")[1::2]:
        assert all(len(line) <= COLUMNS_BESIDE - 3 for line in fence.splitlines()), fence
    assert "!" not in page.body.replace("!=", ""), "a calm voice"


@pytest.mark.parametrize(("lesson", "page"), PAGES, ids=_name)
def test_a_page_with_its_activity_fits_beside_the_stage(lesson: Lesson, page: Page) -> None:
    rows = rendered_rows(page.body, COLUMNS_BESIDE)
    assert 2 + rows + activity_rows(page, COLUMNS_BESIDE, after=True) <= ROWS_BESIDE


@pytest.mark.parametrize(("lesson", "page"), PAGES, ids=_name)
def test_nothing_hides_below_the_smallest_terminal(lesson: Lesson, page: Page) -> None:
    rows = rendered_rows(page.body, COLUMNS)
    assert 2 + rows + activity_rows(page, COLUMNS, after=False) <= ROWS_ALONE


@pytest.mark.parametrize(("lesson", "page", "run"), RUNS, ids=_name)
def test_presets_set_knobs_that_exist_to_values_they_take(
    lesson: Lesson, page: Page, run: Run
) -> None:
    experiment = catalog.experiment(run.experiment)
    for preset in run.every:
        experiment.settings(preset)
    if isinstance(page.activity, Run):
        labels = [preset.label for preset in run.every]
        assert all(labels)
        assert len(set(labels)) == len(labels)
        assert all(preset.note for preset in run.every)


@pytest.mark.parametrize(("lesson", "page"), PAGES, ids=_name)
def test_predictions_can_be_answered(lesson: Lesson, page: Page) -> None:
    if not isinstance(page.activity, Predict):
        return
    assert page.activity.question
    assert page.activity.why
    for choice in page.activity.choices:
        tree = conditions.parse(choice.when)
        assert conditions.names(tree) | conditions.pictures(tree)


@pytest.mark.parametrize("lesson", LESSONS, ids=_name)
def test_every_experiment_is_on_a_page(lesson: Lesson) -> None:
    shown = {run.experiment for _, _, run in RUNS}
    assert {f"{lesson.slug}.{one.id}" for one in lesson.experiments} <= shown


@pytest.mark.parametrize("lesson", LESSONS, ids=_name)
def test_exercises_on_pages_exist(lesson: Lesson) -> None:
    linked = [p.activity.id for p in lesson.pages if isinstance(p.activity, ExerciseLink)]
    assert set(linked) <= {exercise.id for exercise in lesson.exercises}


@pytest.mark.parametrize(("lesson", "experiment"), EXPERIMENTS, ids=_named)
def test_manifest_and_signature_agree(lesson: Lesson, experiment: Experiment) -> None:
    function = source.module(experiment.topic).functions[experiment.function]
    assert [knob.name for knob in experiment.knobs] == list(function.defaults)
    for knob in experiment.knobs:
        assert knob.check(knob.default) == knob.default
        if knob.kind in ("int", "float"):
            assert knob.low is not None
            assert knob.high is not None
            assert knob.low < knob.high
            assert knob.low > 0 or not knob.log
    assert function.summary


@pytest.mark.parametrize(("lesson", "experiment"), EXPERIMENTS, ids=_named)
def test_every_knob_and_picture_has_words(lesson: Lesson, experiment: Experiment) -> None:
    words = lesson._words["experiment"][experiment.id]
    assert experiment.title == words["title"]
    assert set(words.get("knobs", {})) == {knob.name for knob in experiment.knobs}
    assert set(words.get("plots", {})) == {plot.name for plot in experiment.plots}
    assert all(plot.title for plot in experiment.plots)
    assert experiment.plots


@pytest.mark.parametrize(("lesson", "experiment"), EXPERIMENTS, ids=_named)
def test_code_reads_like_prose(lesson: Lesson, experiment: Experiment) -> None:
    lines = [line for line in experiment.source.splitlines() if line.strip()]
    comments = [line for line in lines if "#" in line.split('"')[-1]]
    assert len(comments) <= len(lines) / 4
    assert len(lines) <= 60
