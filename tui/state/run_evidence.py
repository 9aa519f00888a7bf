"""What a run has shown, as the conditions of claims and answers look at it; and its words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from engine.history import HIGH, LAST, LOW, X1, Series
from engine.plots.lettering import count
from engine.views import AnyView, Text
from lessons.format import catalog, conditions
from lessons.format.claims import Claim
from lessons.format.evidence import Course, Evidence
from lessons.format.pages import Run
from lessons.format.schema import Experiment, Preset, Value
from lessons.format.told import Told, told, untrue
from tui.state.live_run import LiveRun, RunState

MOST_NUMBERS = 3
"""Told of a run for which no words were written."""
OTHERWISE = "This time it came out otherwise:"
TURNED = "With these settings:"
NOTHING_MEASURED = "What there is to say is about other settings: d turns the knobs back."
CUT_SHORT = "Stopped before its end: run it to the end for what there is to say."
FORGOTTEN = "Not everything of this run was kept: run it again for what there is to say."
Names = Mapping[str, str]
"""What an experiment calls its closing numbers."""


def evidence_of(run: LiveRun) -> Evidence:
    """What a run has shown up to now."""
    views: dict[str, AnyView] = {}
    for plot, named in run.views.items():
        for name, view in named.items():
            views |= {name: view, f"{plot}/{name}": view}
    courses = {name: _course(series) for name, series in run.series.items()}
    return Evidence(
        run.final,
        courses,
        views,
        knobs=run.knobs | run.turned,
        is_cut_short=run.state is RunState.STOPPED,
        was_turned=bool(run.turned),
    )


def _course(series: Series) -> Course:
    table = series.window().table
    steps, values = table[X1].tolist(), table[LAST].tolist()
    return Course(steps, values, table[LOW].tolist(), table[HIGH].tolist(), len(series))


def is_as_asked(run: Run, number: int, shown: Evidence) -> bool:
    """Whether a run had the settings of a page's preset, counted from 0, from start to end.

    What is said of a preset was proven for these settings, whatever the seed and the device.
    """
    return has_settings(catalog.experiment(run.experiment).settings(run.presets[number]), shown)


def has_settings(asked: Mapping[str, Value], shown: Evidence) -> bool:
    """Whether a run had these settings from start to end, whatever the seed and the device."""
    free = ("seed", "device")
    is_set = all(
        shown.knobs.get(name) == value for name, value in asked.items() if name not in free
    )
    return is_set and not (shown.was_turned or shown.is_cut_short)


def words(text: str, claim: Claim, shown: Evidence, names: Names) -> str:
    """A text about a run with a preset's own settings, where it is true of this one; else what
    this one has shown."""
    return text if claim.is_true(shown) else otherwise(claim.own, shown, names)


def noted(experiment: Experiment, preset: Preset, shown: Evidence) -> str:
    """What there is to say of a preset's run: its note, if it had the preset's settings and it is
    true of it."""
    if has_settings(experiment.settings(preset), shown):
        return words(preset.note, preset.claim, shown, experiment.numbers)
    return words_elsewhere(preset.claim.own, shown, experiment.numbers)


def otherwise(asked: Iterable[str], shown: Evidence, names: Names) -> str:
    """What is said where conditions do not hold: the numbers that say so, as far as they are
    known of this run."""
    wrong = [part for one in asked for part in untrue(one, shown) if _is_known(part, shown)]
    if not wrong:
        return FORGOTTEN
    numbers = measured(wrong, shown, names)
    return f"{OTHERWISE} {numbers}" if numbers else f"{OTHERWISE[:-1]}."


def words_elsewhere(asked: list[str], shown: Evidence, names: Names) -> str:
    """What there is to say of a run with other settings than those that words were written for:
    the numbers that they speak of."""
    if shown.is_cut_short:
        return CUT_SHORT
    numbers = measured(asked, shown, names)
    return f"{TURNED} {numbers}" if numbers else NOTHING_MEASURED


def _is_known(condition: str, shown: Evidence) -> bool:
    """Whether a run tells if it is so; one that was kept thinned does not tell everything."""
    try:
        conditions.holds(condition, shown)
    except (LookupError, ValueError):
        return False
    return True


def judged_by(asked: Iterable[str], shown: Evidence, drawn: Iterable[str], names: Names) -> str:
    """The closing numbers that conditions name and no legend shows: "(parameters 31)"."""
    named = {name for text in asked for name in conditions.names(conditions.parse(text))}
    # What has an empty name decides, and says nothing to a reader.
    hidden = {*drawn, *(name for name, said in names.items() if not said)}
    unseen = [name for name in sorted(named - hidden) if name in shown.final]
    numbers = [f"{names.get(name, name)} {_number(shown.final[name])}" for name in unseen]
    return f"({', '.join(numbers)})" if numbers else ""


def hidden_name(shown: Evidence, index: int) -> str:
    """What a blind round has hidden, behind a blank: its number and, of names that the run has
    listed ("1 this, 2 that"), the name."""
    listed = shown.views.get("names/names")
    names = listed.text.split(", ") if isinstance(listed, Text) else []
    return f" {names[index]}" if index < len(names) else f" {index + 1}"


def measured(asked: Iterable[str], shown: Evidence, names: Names) -> str:
    """The quantities of conditions as a run has them, "x 1.9; highest loss 30."; "" for none."""
    found: dict[str, Told] = {}
    for condition in asked:
        found |= told(condition, shown, names)
    known = [_said(name, value) for name, value in found.items() if name and value is not None]
    return f"{'; '.join(known[:MOST_NUMBERS])}." if known else ""


def _said(name: str, value: Told) -> str:
    return f"{name}: {value}" if isinstance(value, str) else f"{name} {_number(value)}"


def _number(value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return "not a number"
    is_large = 1e4 <= abs(value) < 1e9
    return count(round(value)) if is_large else f"{value:.4g}"
