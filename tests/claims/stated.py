"""What the lessons state about runs: every note, every answer and reason, every line of a recap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lessons.format import catalog
from lessons.format.claims import Claim
from lessons.format.pages import Page, Predict, Preset, Run
from lessons.format.schema import Lesson, Value


@dataclass(frozen=True)
class Setting:
    """An experiment by its full name, and every knob's value."""

    experiment: str
    knobs: tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class Stated:
    """Words about a run, and what has to hold for them to be true."""

    lesson: str
    place: str
    """ "Two layers, or twelve, preset 2"."""
    text: str
    kind: str
    """ "preset", "why", "answer", "recap" or "sentence"."""
    claim: Claim
    setting: Setting | None = None
    presets: dict[int, Setting] = field(default_factory=dict)
    """Of the page, counted from 1."""
    answers: tuple[str, ...] = ()
    """Of a prediction, each one's condition."""
    by_lot: bool = False
    """Which answer is right is drawn by lot: a blind round."""


def stated(lesson: Lesson) -> Iterator[Stated]:
    """Everything a lesson states, page by page, then its recap."""
    for page in lesson.pages:
        if isinstance(page.activity, Predict):
            yield from _predicted(lesson.slug, page, page.activity)
        elif isinstance(page.activity, Run):
            yield from _noted(lesson.slug, page, page.activity)
        for said in page.said:
            run = setting(said.experiment, Preset("", said.knobs))
            text = " and ".join(said.claim.holds)
            yield Stated(lesson.slug, page.title, text, "sentence", said.claim, run)
    for line in lesson.recap_lines:
        of_run = line.said
        claim = of_run.claim if of_run else Claim(none=line.none)
        where = setting(of_run.experiment, Preset("", of_run.knobs)) if of_run else None
        yield Stated(lesson.slug, "In short", line.text, "recap", claim, where)


def setting(experiment: str, preset: Preset) -> Setting:
    """The run that a preset starts."""
    knobs = catalog.experiment(experiment).settings(preset)
    return Setting(experiment, tuple(sorted(knobs.items())))


def _noted(slug: str, page: Page, run: Run) -> Iterator[Stated]:
    settings = {n: setting(run.experiment, one) for n, one in enumerate(run.every, 1)}
    for number, preset in enumerate(run.every, 1):
        place = f"{page.title}, preset {number}"
        yield Stated(slug, place, preset.note, "preset", preset.claim, settings[number], settings)


def _predicted(slug: str, page: Page, predict: Predict) -> Iterator[Stated]:
    run = setting(predict.run.experiment, predict.run.presets[0])
    answers = tuple(choice.when for choice in predict.choices)
    nothing = Claim(none=predict.claim.none)
    asked = Stated(slug, page.title, predict.question, "answer", nothing, run, answers=answers)
    yield replace(asked, by_lot=predict.blind)
    yield Stated(slug, page.title, predict.why, "why", predict.claim, run)
