"""Every experiment: at its defaults, at the ends of every knob, repeatable, live where it says."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest

from engine.views import Progress
from lessons.format import catalog
from lessons.format.knobs import Knob, Value
from lessons.format.schema import Experiment
from tests.experiments.runs import FRESH, Collected, collect, collect_fresh, small, start

NAMES = [f"{lesson.slug}.{one.id}" for lesson in catalog.lessons() for one in lesson.experiments]
HERE = [name for name in NAMES if not name.startswith(FRESH)]
CLOCKS = ("_seconds", "_ms", "_64", "_256", "er_1", "ing_1", "torch_from", "crossover")
"""Scalars read from a clock end like this; nobody can repeat those."""


def ends(knob: Knob) -> list[Value]:
    """The values worth trying: both ends, every choice, on and off."""
    if knob.kind == "bool":
        return [False, True]
    if knob.choices:
        here = [choice for choice in knob.choices if choice not in ("cuda", "mps")]
        return list(here)
    assert knob.low is not None
    assert knob.high is not None
    kind = int if knob.kind == "int" else float
    return [kind(knob.low), kind(knob.high)]


def settings(experiment: Experiment, name: str) -> list[dict[str, Any]]:
    """One knob at an end, the others as they are, everything small."""
    return [
        small(name, **{knob.name: value}) for knob in experiment.knobs for value in ends(knob)
    ] or [{}]


CASES = [
    pytest.param(name, knobs, id=f"{name}-{','.join(f'{k}={v}' for k, v in knobs.items())}")
    for name in HERE
    for knobs in settings(catalog.experiment(name), name)
    if not knobs.get("compile_step")
]


@pytest.mark.filterwarnings("ignore:This DataLoader will create")
@pytest.mark.parametrize(("name", "knobs"), CASES)
def test_runs_at_both_ends_of_every_knob(name: str, knobs: dict[str, Any]) -> None:
    seen = collect(name, knobs, limit=100)
    assert seen.lines
    assert seen.series


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith(FRESH)])
def test_devices_run_at_both_ends_of_every_knob(name: str) -> None:
    tries = settings(catalog.experiment(name), name)
    for knobs, answer in zip(tries, collect_fresh([(name, one) for one in tries]), strict=True):
        assert "error" not in answer, (knobs, answer)
        assert answer["final"], knobs
        assert set(answer["plots"]) - {""} <= plots(name), knobs


def plots(name: str) -> set[str]:
    return {plot.name for plot in catalog.experiment(name).plots}


@pytest.mark.parametrize("name", HERE)
def test_a_run_that_counts_counts_to_its_end(name: str) -> None:
    switches = [knob.name for knob in catalog.experiment(name).knobs if knob.kind == "bool"]
    for knobs in ({}, *({switch: True} for switch in switches if switch != "compile_step")):
        counted = [view for view in start(name, small(name, **knobs)) if isinstance(view, Progress)]
        assert all(one.done <= two.done <= two.total for one, two in pairwise(counted)), knobs
        assert not counted or counted[-1].done == counted[-1].total, knobs


@pytest.mark.parametrize("name", HERE)
def test_the_stage_shows_what_the_experiment_yields(name: str) -> None:
    experiment = catalog.experiment(name)
    seen = collect(name, small(name))
    series = {curve for plot in experiment.plots for curve in plot.series}
    with_curves = {plot.name for plot in experiment.plots if plot.series}
    assert series <= set(seen.series)
    assert seen.plots - {""} <= plots(name), "a view without a picture"
    assert plots(name) <= seen.plots | with_curves, "a picture without views"


@pytest.mark.parametrize("name", HERE)
def test_same_seed_same_numbers(name: str) -> None:
    assert_same(name, collect(name, small(name)), collect(name, small(name)))


def assert_same(name: str, first: Collected, second: Collected) -> None:
    """Two runs gave the same numbers and pictures, as far as no clock is in them."""
    assert first.series.keys() == second.series.keys()
    for scalar, values in first.series.items():
        if not scalar.endswith(CLOCKS):
            pairs = zip(values, second.series[scalar], strict=True)
            assert all(a == b or (math.isnan(a) and math.isnan(b)) for a, b in pairs), scalar
    if not any(scalar.endswith(CLOCKS) for scalar in first.series) and name not in TIMED:
        assert first.lines == second.lines


TIMED = {"training.batch_sizes", "training.ladder", "tensors.numpy_bridge"}
"""Pictures with a clock's or an address's numbers in them; their scalars do repeat."""


STILL = [name for name in NAMES if not catalog.experiment(name).random]
"""Experiments for which the screen offers no seed."""


@pytest.mark.filterwarnings("ignore:This DataLoader will create")
@pytest.mark.parametrize("name", [name for name in STILL if name in HERE])
def test_without_a_seed_another_seed_changes_no_number(name: str, every_warning: None) -> None:
    for knobs in settings(catalog.experiment(name), name):
        first, second = (collect(name, knobs, limit=100, seed=seed) for seed in (0, 1))
        assert_same(name, first, second)


def test_of_devices_without_a_seed_neither() -> None:
    names = [name for name in STILL if name not in HERE]
    runs = [(name, small(name), seed) for name in names for seed in (0, 1)]
    finals = [answer["final"] for answer in collect_fresh(runs)]
    steady = [{k: v for k, v in final.items() if not k.endswith(CLOCKS)} for final in finals]
    assert steady[::2] == steady[1::2]


def test_mistakes_of_devices_are_the_same_with_any_seed() -> None:
    name = "devices.mistakes"
    choices = ends(catalog.experiment(name).knob("mistake"))
    runs = [(name, {"mistake": each}, seed) for each in choices for seed in (0, 1)]
    lines = [answer["lines"] for answer in collect_fresh(runs)]
    assert lines[::2] == lines[1::2]


SEEDED = [
    name for name in HERE if name not in STILL and "seed" not in catalog.experiment(name).defaults
]
"""Experiments for which the screen offers one, with some settings or with all."""


@pytest.mark.filterwarnings("ignore:This DataLoader will create")
@pytest.mark.parametrize("name", SEEDED)
def test_a_seed_is_offered_where_it_changes_something(name: str) -> None:
    experiment = catalog.experiment(name)
    chosen = [knob for knob in experiment.knobs if knob.kind == "bool" or knob.choices]
    tries = [{knob.name: value} for knob in chosen for value in ends(knob)] or [{}]
    for turned in tries:
        knobs = small(name, **turned)
        if not knobs.get("compile_step"):
            same = is_same(*(collect(name, knobs, limit=100, seed=seed) for seed in (0, 1)))
            assert experiment.is_random(knobs) != same, turned


def is_same(first: Collected, second: Collected) -> bool:
    """Whether two runs gave the same numbers and pictures, but for what a clock says."""
    steady = [
        {key: values for key, values in each.series.items() if not key.endswith(CLOCKS)}
        for each in (first, second)
    ]
    return repr(steady[0]) == repr(steady[1]) and first.lines == second.lines


LIVE = [
    pytest.param(name, knob, id=f"{name}-{knob.name}")
    for name in HERE
    for knob in catalog.experiment(name).knobs
    if knob.live
]


@pytest.mark.parametrize(("name", "knob"), LIVE)
def test_a_live_knob_changes_what_comes_next(name: str, knob: Knob) -> None:
    value = next(one for one in reversed(ends(knob)) if one != knob.default)
    longer = {"epochs": 6, "steps": 12, "times": 6, "repeats": 12, "width": 6}
    own = catalog.experiment(name).defaults
    knobs = small(name) | {key: size for key, size in longer.items() if key in own}
    still, moved = turned(name, knobs, {}), turned(name, knobs, {knob.name: value})
    assert (still.series, still.lines) != (moved.series, moved.lines)


def turned(name: str, knobs: dict[str, Any], changes: dict[str, Any]) -> Collected:
    """What a run shows when knobs are turned at its second look at the scalars."""
    generator, seen, looks = start(name, knobs), Collected(), 0
    view = next(generator)
    while True:
        seen.take(view)
        is_look = type(view).__name__ == "Scalars"
        looks += is_look
        try:
            view = generator.send(changes if is_look and looks == 2 else None)
        except StopIteration:
            return seen
