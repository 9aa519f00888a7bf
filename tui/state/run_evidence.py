"""What a run has shown, as the conditions of claims and answers look at it; and its words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from engine.history import HIGH, LAST, LOW, X1, Series
from engine.plots.lettering import count
from engine.views import AnyView
from lessons.format import catalog, conditions
from lessons.format.claims import Claim
from lessons.format.evidence import Course, Evidence
from lessons.format.pages import Predict
from lessons.format.told import Told, told, untrue
from tui.state.live_run import LiveRun

MOST_NUMBERS = 3
"""Told of a run that came out otherwise."""
OTHERWISE = "With these settings it came out otherwise."
Names = Mapping[str, str]
"""What an experiment calls its closing numbers."""


def evidence_of(run: LiveRun) -> Evidence:
    """What a run has shown up to now."""
    views: dict[str, AnyView] = {}
    for plot, named in run.views.items():
        for name, view in named.items():
            views |= {name: view, f"{plot}/{name}": view}
    courses = {name: _course(series) for name, series in run.series.items()}
    return Evidence(run.final, courses, views, knobs=run.knobs | run.turned)


def _course(series: Series) -> Course:
    table = series.window().table
    steps, values = table[X1].tolist(), table[LAST].tolist()
    return Course(steps, values, table[LOW].tolist(), table[HIGH].tolist())


def is_as_asked(question: Predict, shown: Evidence) -> bool:
    """Whether a run had the settings of a question; whatever the seed and the device, it holds."""
    experiment = catalog.experiment(question.run.experiment)
    asked = experiment.settings(question.run.presets[0])
    free = ("seed", "device")
    return all(shown.knobs.get(name) == value for name, value in asked.items() if name not in free)


def words(text: str, claim: Claim, shown: Evidence, names: Names) -> str:
    """A text about a run where it is true of this one; else what this one has shown."""
    if claim.is_true(shown):
        return text
    measured = [one for one in claim.own if not conditions.knobs(conditions.parse(one))]
    said = came_out_otherwise(measured, shown, names)
    is_turned = any(shown.knobs.get(name) != value for name, value in claim.knobs.items())
    # Where only a knob is elsewhere, or nothing was measured, no number would tell why.
    if Claim(measured).is_true(shown) or (is_turned and said == OTHERWISE):
        return "There is more to say of this one with its own settings: choose it again and run."
    return said


def judged_by(asked: Iterable[str], shown: Evidence, drawn: Iterable[str], names: Names) -> str:
    """The closing numbers that conditions name and no legend shows: "(parameters 31)"."""
    named = {name for text in asked for name in conditions.names(conditions.parse(text))}
    unseen = [name for name in sorted(named - set(drawn)) if name in shown.final]
    numbers = [f"{names.get(name, name)} {_number(shown.final[name])}" for name in unseen]
    return f"({', '.join(numbers)})" if numbers else ""


def came_out_otherwise(asked: Iterable[str], shown: Evidence, names: Names) -> str:
    """What a run has measured for which nothing else has been written, in words."""
    found: dict[str, Told] = {}
    for condition in asked:
        for part in untrue(condition, shown):
            found |= told(part, shown, names)
    known = {name: value for name, value in found.items() if value is not None}
    if not known:
        return OTHERWISE if not found else "This run did not come to that."
    measured = [f"{name} {_number(value)}" for name, value in list(known.items())[:MOST_NUMBERS]]
    return f"{OTHERWISE[:-1]}: {', '.join(measured)}."


def _number(value: Told) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if value is None or not math.isfinite(value):
        return "not a number"
    is_large = 1e4 <= abs(value) < 1e9
    return count(round(value)) if is_large else f"{value:.4g}"
