"""What the course says of its runs is so: for the page's own seed, and for others.

The suite makes every run with the page's seed, and those that take a moment with nine more. What
takes half a minute is left to ``python -m tests.claims``, which makes all of them with ten seeds.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import cast

import msgspec
import pytest

from engine.views import Experiment, Scalars
from lessons.format import catalog
from lessons.format.claims import Claim
from lessons.format.evidence import Course, Evidence
from lessons.format.pages import Preset, Run
from tests.claims.judged import PAGE_SEED, judge, seeds_of
from tests.claims.stated import Setting, Stated, setting, stated
from tests.experiments.runs import start

HELD = tuple(lesson.slug for lesson in catalog.lessons())
"""In one process with the predictions, whose runs are the same."""

LEFT_TO_THE_COMMAND = {"training.fast_fit"}
A_MOMENT = {
    "tensors.inspect",
    "devices.mistakes",
    "data.mistakes",
    "data.who_asks",
    "models.mistakes",
    "models.sequential",
    "models.twins",
    "training.steps",
    "training.too_fast",
    "training.bugs",
    "activations.shapes",
}
"""Experiments that take a few hundredths of a second at all settings of the pages."""


def seeds(one: Setting) -> range:
    """The seeds that the suite holds a run against."""
    if one.experiment in LEFT_TO_THE_COMMAND:
        return range(0)
    return seeds_of(one, 10 if one.experiment in A_MOMENT else 1)


@pytest.mark.parametrize("slug", HELD)
def test_everything_said_of_runs_is_so(slug: str) -> None:
    judged = judge(stated(catalog.lesson(slug)), seeds)
    # What is measured by the clock is measured anew, in case a neighbour took the processor; what
    # is not comes out the same again.
    failed = judge([one.stated for one in judged if one.failures], seeds)
    wrong = {f"{one.stated.place}: {one.stated.text}": one.failures for one in failed}
    assert {place: failures for place, failures in wrong.items() if failures} == {}
    assert all(one.seeds for one in judged if one.claims and not _is_left(one.stated))


def _is_left(one: Stated) -> bool:
    return one.setting is not None and one.setting.experiment in LEFT_TO_THE_COMMAND


@pytest.mark.parametrize("slug", HELD)
def test_nothing_is_said_without_a_claim_or_the_reason_for_none(slug: str) -> None:
    silent = [
        f"{one.place}: {one.text}"
        for one in stated(catalog.lesson(slug))
        if not (one.claim.holds or one.answers or one.claim.none)
    ]
    assert silent == []


def _said(claim: Claim, **fields: object) -> Stated:
    run = setting("models.sequential", Preset("", {"width": "3"}))
    return replace(Stated("models", "Here", "Words.", "preset", claim, run), **fields)  # type: ignore[arg-type]


def test_what_is_not_so_is_told_with_its_numbers() -> None:
    said = [_said(Claim(["parameters == 10"])), _said(Claim(["parameters == 11"]))]
    fine, wrong = judge(said, lambda one: [PAGE_SEED])
    assert fine.failures == []
    assert wrong.failures == ["seed 0: parameters == 11  (parameters 10)"]


def test_a_claim_can_compare_presets() -> None:
    other = {2: setting("models.sequential", Preset("", {}))}
    claims = [
        Claim(["parameters < preset(2, parameters)"]),
        Claim(["parameters > preset(2, parameters)"]),
    ]
    fine, wrong = judge([_said(one, presets=other) for one in claims], lambda one: [PAGE_SEED])
    assert (len(fine.failures), len(wrong.failures)) == (0, 1)


TURNED = [
    pytest.param(run.experiment, preset, id=f"{slug}-{preset.label}")
    for slug in HELD
    for page in catalog.lesson(slug).pages
    if isinstance(run := page.activity, Run)
    for preset in run.presets
    if preset.note.startswith("Turn ")
]


@pytest.mark.parametrize(("name", "preset"), TURNED)
def test_what_a_note_says_is_so_after_the_turn_it_asks_for(name: str, preset: Preset) -> None:
    for knob in (one for one in catalog.experiment(name).knobs if one.live):
        value = True if knob.kind == "bool" else float(str(knob.default)) / 2
        generator = start(name, dict(setting(name, preset).knobs))
        shown = seen_of(generator, turned_at_15={knob.name: value})
        knobs = dict(setting(name, preset).knobs) | {knob.name: value}
        assert preset.claim.is_true(msgspec.structs.replace(shown, knobs=knobs)), knob.name


def seen_of(generator: Experiment, turned_at_15: dict[str, object]) -> Evidence:
    """The numbers of a run whose knobs are turned when it has told 15 times."""
    courses: dict[str, Course] = {}
    told, view = 0, next(generator)
    with contextlib.suppress(StopIteration):
        while True:
            if isinstance(view, Scalars):
                told += 1
                for name, value in view.values.items():
                    course = courses.setdefault(name, Course([], []))
                    cast(list[float], course.steps).append(view.step)
                    number = value.item() if hasattr(value, "item") else value
                    cast(list[float], course.values).append(float(number))
            view = generator.send(turned_at_15 if told == 15 else None)
    return Evidence({name: course.values[-1] for name, course in courses.items()}, courses)


def test_a_prediction_has_one_right_answer_whatever_the_seed() -> None:
    answers = ("parameters > 20", "parameters < 5")
    (none_is_right,) = judge([_said(Claim(), answers=answers)], lambda one: [PAGE_SEED])
    assert "no answer is right" in none_is_right.failures[0]
