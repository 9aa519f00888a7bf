"""Words that name a knob's value are shown only where the knob stands there."""

from __future__ import annotations

import re

import pytest

from lessons.format import catalog
from lessons.format.claims import Claim
from lessons.format.evidence import Evidence
from lessons.format.knobs import Knob, Value
from lessons.format.pages import Page, Predict, Preset, Run, run_of
from lessons.format.schema import Experiment

WORDS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
WORDS |= {"ten": 10, "eleven": 11, "twelve": 12, "twenty": 20, "fifty": 50}
"""Not "one": it is rarely a knob's value."""
NUMBER = re.compile(r"(?<![\w.,])(?:\d+(?: \d{3})+|\d+(?:\.\d+)?)(?![\w,]|\.\d)|[a-z]+")
NO_NOUN = {"lr", "outlier", "item_ms", "at", "noise"}
"""Knobs of a quantity, not of things that are counted: for them only digits are a value."""
SPOKEN_OF_OTHERWISE = {
    ("A DataLoader", "", "epochs"),
    ("Order, leftovers, workers", "Leftovers dropped", "epochs"),
    ("Order, leftovers, workers", "Two workers", "epochs"),
    ("Two losses", "Batches of one", "width"),
    ("The rescue", "", "batch_size"),
    ("Start well", "Kaiming", "width"),
    ("The whole course in one run", "The good settings", "width"),
}
"""By page, preset and knob: the number counts something else."""


def named(text: str) -> set[tuple[float, bool]]:
    """Numbers in a text, and whether each is written in digits."""
    found = set[tuple[float, bool]]()
    for word in NUMBER.findall(text.lower()):
        if word[0].isdigit():
            found.add((float(word.replace(" ", "")), True))
        elif word in WORDS:
            found.add((float(WORDS[word]), False))
    return found


def unpinned(experiment: Experiment, preset: Preset, text: str, claim: Claim) -> list[str]:
    """The knobs whose value the text names although the claim lets them stand elsewhere."""
    numbers = named(text)
    values = experiment.settings(preset)
    return [
        knob.name
        for knob in experiment.knobs
        if knob.name not in {*claim.knobs, "seed"}
        if _names(knob, values[knob.name], text, numbers)
    ]


def _names(knob: Knob, value: Value, text: str, numbers: set[tuple[float, bool]]) -> bool:
    if knob.kind not in ("int", "float"):
        return isinstance(value, str) and value not in ("", "none") and value in text
    in_words = knob.name not in NO_NOUN and (float(value), False) in numbers
    return in_words or (float(value), True) in numbers


def _told(page: Page) -> list[tuple[str, Preset, str, Claim]]:
    activity = page.activity
    if isinstance(activity, Predict):
        return [(activity.run.experiment, activity.run.presets[0], activity.why, activity.claim)]
    if isinstance(activity, Run):
        return [(activity.experiment, one, one.note, one.claim) for one in activity.every]
    return []


PAGES = [page for lesson in catalog.lessons() for page in lesson.pages]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.title)
def test_words_that_name_a_knobs_value_hold_for_that_value_alone(page: Page) -> None:
    wrong = {
        (page.title, preset.label, one): text
        for name, preset, text, claim in _told(page)
        for one in unpinned(catalog.experiment(name), preset, f"{preset.label}: {text}", claim)
    }
    assert {place: text for place, text in wrong.items() if place not in SPOKEN_OF_OTHERWISE} == {}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.title)
def test_a_pinned_knob_stands_where_the_preset_has_it(page: Page) -> None:
    for name, preset, _, claim in _told(page):
        values = catalog.experiment(name).settings(preset)
        assert {one: values[one] for one in claim.knobs} == claim.knobs, preset.label


GIVEN = re.compile(r"\b(\w+)=([\w.-]+)")
LOOPED = re.compile(r"in range\((\d+)\)")


def not_as_run(body: str, values: dict[str, Value]) -> list[str]:
    """What the code of a page says otherwise than its run does."""
    code = "\n".join(body.split("```")[1::2])
    known = {name: str(value) for name, value in values.items()}
    wrong = [
        f"{name}={text}" for name, text in GIVEN.findall(code) if known.get(name, text) != text
    ]
    return wrong + [f"range({n})" for n in LOOPED.findall(code) if int(n) not in values.values()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.title)
def test_code_on_a_page_has_the_values_of_its_run(page: Page) -> None:
    if run := run_of(page.activity):
        values = catalog.experiment(run.experiment).settings(run.presets[0])
        assert not_as_run(page.body, values) == []


def test_code_that_says_otherwise_is_noticed() -> None:
    body = "```python\nSGD(w, lr=0.1)\nfor step in range(200):\n```"
    assert not_as_run(body, {"lr": 0.1, "steps": 200}) == []
    assert not_as_run(body, {"lr": 0.2, "steps": 30}) == ["lr=0.1", "range(200)"]


def test_a_named_value_is_found_and_a_turned_knob_silences_the_words() -> None:
    experiment, preset = catalog.experiment("activations.hidden_units"), Preset("", {"width": "2"})
    assert unpinned(experiment, preset, "Two steps for four rises.", Claim()) == ["width"]
    pinned = Claim(['knob("width", 2)'])
    assert unpinned(experiment, preset, "Two steps for four rises.", pinned) == []
    assert pinned.is_true(Evidence({}, knobs={"width": 2}))
    assert not pinned.is_true(Evidence({}, knobs={"width": 3}))
