"""The schema of a lesson: facts come from ``lesson.toml``, words from ``lesson.en.md``.

Ranges, scales and choices stand in the manifest; titles, labels and prose in the Markdown file;
defaults only in the experiment's own signature.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from lessons.format import claims, exercises
from lessons.format import pages as prose
from lessons.format import source as topics
from lessons.format.claims import Recap
from lessons.format.exercises import Exercise
from lessons.format.knobs import Kind, Knob, Value
from lessons.format.pages import (
    Activity,
    Choice,
    ExerciseLink,
    ExerciseList,
    Page,
    Predict,
    Preset,
    Run,
    exercise_ids,
    has_bench,
    right_choice,
    run_of,
)

__all__ = [
    "Activity",
    "Choice",
    "Exercise",
    "ExerciseLink",
    "ExerciseList",
    "Experiment",
    "Knob",
    "Lesson",
    "Moment",
    "Page",
    "PlotSpec",
    "Predict",
    "Preset",
    "Run",
    "Value",
    "exercise_ids",
    "has_bench",
    "right_choice",
    "run_of",
]

FORMAT = 1
LANGUAGE = "en"


class PlotSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One picture of the stage: the views with this ``plot``, and scalars drawn as curves."""

    name: str
    title: str = ""
    x_label: str = ""
    y_label: str = ""
    x_log: bool = False
    y_log: bool = False
    x_limits: tuple[float, float] | None = None
    y_limits: tuple[float, float] | None = None
    series: list[str] = []


class Experiment(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A generator function of an engine topic, with its knobs and its pictures in order."""

    id: str
    topic: str
    function: str
    title: str
    knobs: list[Knob]
    plots: list[PlotSpec]
    pace: float = 0.0
    """Steps a second that a person can follow; 0 is as fast as it goes."""
    stepwise: bool = False
    """Made to be taken one step at a time: it starts paused."""
    random: bool = True
    """Its numbers depend on the run's seed."""
    random_with: dict[str, list[Value]] = {}
    """Where only some settings draw random numbers: the values of knobs with which they do."""
    reveals: bool = False
    """Its first picture is already a result: not shown before a question has been answered."""
    numbers: dict[str, str] = {}
    """What closing numbers are called, where no legend shows them."""

    @property
    def source(self) -> str:
        """The exact text of the function."""
        return self._read.source

    @property
    def module_source(self) -> str:
        """The text of the whole topic module."""
        return topics.module(self.topic).source

    @property
    def line(self) -> int:
        """Where the function starts in its module, counted from 1."""
        return self._read.line

    @property
    def summary(self) -> str:
        """The first line of the function's docstring."""
        return self._read.summary

    @property
    def defaults(self) -> dict[str, Value]:
        """The value of every knob as the function's signature has it."""
        return {knob.name: knob.default for knob in self.knobs}

    def knob(self, name: str) -> Knob:
        """The knob of this name.

        Raises:
            LookupError: there is none; the message names those there are.
        """
        for knob in self.knobs:
            if knob.name == name:
                return knob
        known = ", ".join(knob.name for knob in self.knobs) or "none"
        raise LookupError(f"{self.topic}.{self.id} has no knob {name}; knobs: {known}")

    def is_random(self, values: Mapping[str, Value]) -> bool:
        """Whether a seed changes anything when the knobs stand like this."""
        return self.random and all(
            values.get(name, self.defaults[name]) in among
            for name, among in self.random_with.items()
        )

    def settings(self, preset: Preset) -> dict[str, Value]:
        """Every knob's value when this preset is set."""
        turned = {name: self.knob(name).parse(text) for name, text in preset.knobs.items()}
        return self.defaults | turned

    @cached_property
    def _read(self) -> topics.Function:
        return topics.module(self.topic).functions[self.function]


class Moment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The picture that makes one want to open a lesson, and the run that draws it in seconds."""

    experiment: str
    plot: str
    knobs: dict[str, str] = {}
    """As typed, only what differs."""


class Lesson(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A lesson folder. Pages and experiments are read when they are first asked for."""

    slug: str
    folder: Path
    order: int
    minutes: int
    prerequisites: list[str]
    concepts: list[str]
    moment: Moment | None = None
    title: str
    summary: str
    recap: list[str]
    """As written: sentences with their claims."""
    further: list[str]

    @cached_property
    def pages(self) -> list[Page]:
        """The pages in reading order; the last one looks back, and on."""
        ids = [exercise.id for exercise in self.exercises]
        sentences = [line.text for line in self.recap_lines]
        closing = prose.closing(sentences, self.further, ids)
        return prose.parse(_split(self.folder)[1], self.slug) + closing

    @cached_property
    def recap_lines(self) -> list[Recap]:
        """The sentences of the last page, each with what it claims of a run."""
        return [claims.recap(line, self.slug) for line in self.recap]

    @cached_property
    def experiments(self) -> list[Experiment]:
        """The experiments in the manifest's order."""
        manifest, words = self._manifest, self._words.get("experiment", {})
        tables = manifest.get("experiment", [])
        try:
            return [_experiment(table, words.get(table["id"], {}), self.slug) for table in tables]
        except msgspec.ValidationError as error:
            raise ValueError(f"lesson {self.slug}: {error}") from error

    @cached_property
    def exercises(self) -> list[Exercise]:
        """The exercises in order, as they are found beside the manifest."""
        return exercises.of_lesson(self.folder)

    def experiment(self, id: str) -> Experiment:  # noqa: A002 - the field's name
        """The experiment "fit", also by its full name "training.fit".

        Raises:
            LookupError: this lesson has none of that name; the message names those it has.
        """
        for experiment in self.experiments:
            if id in (experiment.id, f"{self.slug}.{experiment.id}"):
                return experiment
        known = ", ".join(experiment.id for experiment in self.experiments)
        raise LookupError(f"{self.slug} has no experiment {id}; experiments: {known}")

    @cached_property
    def _manifest(self) -> dict[str, Any]:
        return _toml(self.slug, _text(self.folder, "lesson.toml"))

    @cached_property
    def _words(self) -> dict[str, Any]:
        return _toml(self.slug, _split(self.folder)[0])


class _Facts(msgspec.Struct, forbid_unknown_fields=True):
    format: int
    order: int
    minutes: int
    prerequisites: list[str]
    concepts: list[str]
    moment: Moment | None = None


class _Words(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    summary: str
    recap: list[str] = []
    further: list[str] = []


def read(folder: Path) -> Lesson:
    """The lesson in a folder; only the heads of its two files are read closely.

    Raises:
        ValueError: the manifest or the front matter is not as it should be.
    """
    manifest = _text(folder, "lesson.toml")
    try:
        facts = msgspec.convert(tomllib.loads(_head(manifest)), _Facts)
        words = msgspec.convert(tomllib.loads(_head(_split(folder)[0])), _Words)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"lesson {folder.name}: {error}") from error
    if facts.format != FORMAT:
        raise ValueError(f"lesson {folder.name}: format {facts.format}, this reads {FORMAT}")
    heads = {
        name: getattr(part, name) for part in (facts, words) for name in part.__struct_fields__
    }
    heads.pop("format")
    return Lesson(slug=folder.name, folder=folder, **heads)


def _text(folder: Path, name: str) -> str:
    try:
        return (folder / name).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"lesson {folder.name}: {name} is no UTF-8: {error}") from error


def _toml(slug: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"lesson {slug}: {error}") from error


def _head(toml: str) -> str:
    """The top of a TOML file: everything before its first table is about the file itself."""
    return toml.partition("\n[")[0]


def _split(folder: Path) -> tuple[str, str]:
    """Front matter and pages of a lesson's prose."""
    text = _text(folder, f"lesson.{LANGUAGE}.md")
    empty, front, body = text.split("+++\n", 2)
    if empty:
        raise ValueError(f"lesson {folder.name}: the prose starts with a line of +++")
    return front, body


def _experiment(facts: dict[str, Any], words: dict[str, Any], slug: str) -> Experiment:
    """Facts and words of one experiment, and the defaults of its function, in one."""
    topic, function = facts.get("topic", slug), facts.get("function", facts["id"])
    functions = topics.module(topic).functions
    if function not in functions:
        known = ", ".join(functions)
        raise ValueError(f"lesson {slug}: {topic} has no experiment {function}; it has {known}")
    defaults = functions[function].defaults
    ranges, labels = facts.get("knobs", {}), words.get("knobs", {})
    titles = words.get("plots", {})
    return Experiment(
        id=facts["id"],
        topic=topic,
        function=function,
        title=words.get("title", facts["id"]),
        knobs=[_knob(name, ranges[name], labels, defaults) for name in ranges],
        plots=_plots(facts.get("plots", []), titles),
        pace=facts.get("pace", 0.0),
        stepwise=facts.get("stepwise", False),
        random=bool(facts.get("random", True)),
        random_with=_random_with(facts, set(ranges), slug),
        reveals=facts.get("reveals", False),
        numbers=words.get("numbers", {}),
    )


def _random_with(facts: dict[str, Any], knobs: set[str], slug: str) -> dict[str, list[Value]]:
    """``random`` is a yes or no, or a table: of knobs, the values with which it is one."""
    found = facts.get("random", True)
    if isinstance(found, bool):
        return {}
    if not found or not found.keys() <= knobs:
        raise ValueError(f"lesson {slug}: {facts['id']} is random with knobs that it does not have")
    return dict(found)


def _knob(
    name: str, facts: dict[str, Any], words: dict[str, Any], defaults: dict[str, Value]
) -> Knob:
    """``words`` has a label by itself, or a table where there is more to say than that."""
    default, said = defaults[name], words.get(name, name)
    head = {"name": name, "default": default} | (
        said if isinstance(said, dict) else {"label": said}
    )
    return msgspec.convert({"kind": _kind(default, facts)} | facts | head, Knob)


def _kind(default: Value, facts: dict[str, Any]) -> Kind:
    if isinstance(default, bool):
        return "bool"
    if isinstance(default, str):
        return "choice" if facts.get("choices") else "text"
    return "int" if isinstance(default, int) else "float"


def _plots(facts: Iterable[dict[str, Any]], words: dict[str, dict[str, str]]) -> list[PlotSpec]:
    return [msgspec.convert(plot | words.get(plot["name"], {}), PlotSpec) for plot in facts]
