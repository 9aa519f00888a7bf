"""Prose becomes pages, directives become activities, mistakes of an author are named."""

from __future__ import annotations

import re

import pytest

from lessons.format import catalog, conditions
from lessons.format.pages import (
    ExerciseLink,
    Predict,
    Run,
    closing,
    exercise_ids,
    has_bench,
    parse,
    right_choice,
)

PREDICTION = """## Page

Words.

<!-- predict: How many
of them?
- Few, at
  most two | n <= 2
- Many | n > 2
run: fit epochs=2
why: Because
they are.
-->
"""


def test_a_heading_starts_a_page() -> None:
    pages = parse("Before.\n\n## One\n\nFirst.\n\n## Two\n\nSecond.\n", "lesson")
    assert [(page.title, page.body, page.activity) for page in pages] == [
        ("One", "First.", None),
        ("Two", "Second.", None),
    ]


def test_runs_of_a_page_are_presets_in_order() -> None:
    text = """## Page

<!-- run: fit lr=0.1 | Fast | Why it
fails: too fast. -->
<!-- run: fit mistake="a b" | Other | Note. -->
"""
    (page,) = parse(text, "training")
    assert isinstance(page.activity, Run)
    assert page.activity.experiment == "training.fit"
    assert page.body == ""
    first, second = page.activity.presets
    assert (first.label, first.knobs, first.note) == (
        "Fast",
        {"lr": "0.1"},
        "Why it fails: too fast.",
    )
    assert second.knobs == {"mistake": "a b"}


def test_presets_without_room_on_the_page_stand_on_its_bench() -> None:
    text = """## Two and one
<!-- run: fit epochs=1 | One | So. -->
<!-- more: fit epochs=3 | Three | Thus. -->
<!-- run: fit epochs=2 | Two | Well. -->
"""
    (page,) = parse(text, "training")
    assert isinstance(page.activity, Run)
    assert [preset.label for preset in page.activity.presets] == ["One", "Two"]
    assert [preset.label for preset in page.activity.every] == ["One", "Two", "Three"]
    assert has_bench(page.activity)


@pytest.mark.parametrize("kinds", [("more",), ("more", "predict"), ("more", "exercise")])
def test_a_bench_needs_a_page_that_runs(kinds: tuple[str, ...]) -> None:
    text = "\n".join(f"<!-- {kind}: fit epochs=1 | One | So. -->" for kind in kinds)
    with pytest.raises(ValueError, match="more"):
        parse(f"## A page\n{text}\n", "training")


def test_an_experiment_of_another_lesson_keeps_its_name() -> None:
    (page,) = parse("## Page\n\n<!-- run: models.twins | Twins | Note. -->\n", "training")
    assert isinstance(page.activity, Run)
    assert page.activity.experiment == "models.twins"


def test_a_prediction_may_be_wrapped_as_one_likes() -> None:
    (page,) = parse(PREDICTION, "training")
    predict = page.activity
    assert isinstance(predict, Predict)
    assert predict.question == "How many of them?"
    assert [choice.text for choice in predict.choices] == ["Few, at most two", "Many"]
    assert predict.run.presets[0].knobs == {"epochs": "2"}
    assert predict.why == "Because they are."
    assert page.body == "Words."


@pytest.mark.parametrize(("n", "right"), [(1.0, 0), (3.0, 1), (None, None)])
def test_the_right_answer_comes_from_the_run(n: float | None, right: int | None) -> None:
    (page,) = parse(PREDICTION, "training")
    assert isinstance(page.activity, Predict)
    assert right_choice(page.activity, {"n": n}) == right


def test_a_run_that_was_stopped_early_answers_nothing() -> None:
    (page,) = parse(PREDICTION, "training")
    assert isinstance(page.activity, Predict)
    assert right_choice(page.activity, {}) is None


def test_the_last_page_looks_back_on_and_has_the_exercises() -> None:
    (page,) = closing(["One."], ["A book"], ["loop", "rate"])
    assert "- One." in page.body
    assert "- A book" in page.body
    assert exercise_ids(page.activity) == ["loop", "rate"]
    assert closing([], [], []) == []


def test_an_exercise_and_comments() -> None:
    (page,) = parse(
        "## Page\n\nA 2<!--= 1 + 1 --> here.<!-- note -->\n\n<!-- exercise: loop -->\n", "x"
    )
    assert page.activity == ExerciseLink("loop")
    assert page.body == "A 2 here."


@pytest.mark.parametrize(
    ("directives", "reason"),
    [
        ("<!-- run: fit lr | Label | Note. -->", "name=value"),
        ("<!-- run: fit | A | B. -->\n<!-- run: steps | C | D. -->", "one experiment"),
        ("<!-- run: fit | A | B. -->\n<!-- exercise: loop -->", "more than one activity"),
        ("<!-- predict: What?\n- One | n > 1\nrun: fit\n-->", "choices"),
        ("<!-- predict: What?\n- One | n > 1\n- Two | n = 2\nrun: fit\n-->", "not a condition"),
    ],
)
def test_an_authors_mistake_is_named_with_its_page(directives: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"lesson, page 'Here'.*{reason}"):
        parse(f"## Here\n\n{directives}\n", "lesson")


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("a < 2", True),
        ("1 < a < 2", True),
        ("a + b * 2 - 1 >= 4 / 1", True),
        ("not a > 1", False),
        ("a > 9 or b == 2", True),
        ("a > 1 and b != 2", False),
        ("abs(-a) < 2", True),
        ("finite(nothing)", False),
        ("nothing < 1 or nothing >= 1", False),
        ("a / 0 > 1", False),
    ],
)
def test_conditions(condition: str, holds: bool) -> None:
    assert conditions.holds(condition, {"a": 1.5, "b": 2.0, "nothing": None}) is holds


@pytest.mark.parametrize(
    "condition",
    ["", "a =", "a.b < 1", "f(a)", "a < 'x'", "[a]", "__import__('os')", "a if b else c"],
)
def test_anything_else_is_no_condition(condition: str) -> None:
    with pytest.raises(ValueError, match="not a condition"):
        conditions.parse(condition)


def test_an_unknown_scalar_is_an_error_not_an_answer() -> None:
    with pytest.raises(KeyError):
        conditions.holds("typo < 1", {"a": 1.0})


def test_what_is_asked_and_said_of_a_run_has_no_marks_of_markdown() -> None:
    """Those words are shown as they are."""
    activities = [page.activity for lesson in catalog.lessons() for page in lesson.pages]
    asked = [one for one in activities if isinstance(one, Predict)]
    presets = [preset for one in activities if isinstance(one, Run) for preset in one.presets]
    said = [text for one in asked for text in (one.question, one.why)]
    said += [choice.text for one in asked for choice in one.choices]
    said += [text for preset in presets for text in (preset.label, preset.note)]
    assert len(said) > 300
    assert [text for text in said if re.search(r"\*\*\w[^*]*\w\*\*|`", text)] == []
