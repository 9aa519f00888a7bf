"""From a run on the screen to the store and back."""

import json
import math

import numpy as np
import pytest

from engine.history import Series
from engine.process.protocol import RunFailed, RunFinished, RunStopped, Samples, Shown
from engine.views import Line, Progress, Scatter
from lessons.format import catalog
from lessons.format.knobs import Value
from lessons.learner import export
from lessons.store import RunState, Store
from lessons.store.records import Run
from tui.state.live_run import LiveRun
from tui.state.live_run import RunState as LiveState
from tui.state.run_comparison import KeptRun as Kept
from tui.state.run_comparison import difference, names, overlay, pictures
from tui.state.stored_run import KEPT_POINTS, restore, series_of, thinned, to_store

FIT = catalog.experiment("training.fit")


def end(kind: type[RunFinished | RunStopped]) -> RunFinished | RunStopped:
    return kind(1, final={"loss": 0.25}, steps=3, seconds=1.5)


def live(*, stopped: bool = False) -> LiveRun:
    """A short run of the reference regression, as the screen has heard it."""
    run = LiveRun(1, FIT, {**FIT.defaults, "lr": 0.1, "device": "auto"})
    run.hear(Samples(1, name="loss", steps=np.arange(3), values=np.array([1.0, np.nan, 0.25])))
    run.hear(Shown(1, view=Scatter(np.arange(4), np.arange(4))))
    run.hear(Shown(1, view=Line(np.arange(4), np.ones(4))))
    run.hear(Shown(1, view=Progress(1, 2)))
    run.hear(end(RunStopped if stopped else RunFinished))
    return run


@pytest.mark.parametrize("stopped", [False, True])
def test_a_run_comes_back_as_it_was(store: Store, stopped: bool) -> None:
    found = to_store(live(stopped=stopped), "training.fit", seed=7, torch="2.13", device="cuda")
    assert found is not None
    store.runs.add(*found)
    (run,) = store.runs.all("training.fit")
    assert (run.seed, run.device, run.versions["torch"]) == (7, "cuda", "2.13")
    assert set(run.versions) == {"torch", "python", "tocha"}
    assert run.knobs["lr"] == 0.1
    assert run.state is (RunState.STOPPED if stopped else RunState.FINISHED)
    again = LiveRun(-1, FIT, dict(run.knobs))
    restore(again, run, store.runs.curves(run.uid), store.runs.views(run.uid))
    assert again.state is (LiveState.STOPPED if stopped else LiveState.FINISHED)
    assert again.final == {"loss": 0.25}
    steps, values = again.series["loss"].arrays()
    assert steps.tolist() == [0, 1, 2]
    assert values[0] == 1.0
    assert math.isnan(values[1])
    assert set(again.views["fit"]) == {"data", "fit"}
    assert np.asarray(again.views["fit"]["fit"].y).tolist() == [1.0] * 4  # type: ignore[union-attr]


def test_a_run_that_failed_is_not_kept() -> None:
    run = live()
    run.hear(RunFailed(1, error="ValueError", message="no"))
    assert to_store(run, "training.fit", seed=0, torch="", device="cpu") is None


def test_a_run_that_showed_nothing_is_not_kept() -> None:
    run = LiveRun(1, FIT, dict(FIT.defaults))
    run.hear(end(RunStopped))
    assert to_store(run, "training.fit", seed=0, torch="", device="cpu") is None


@pytest.mark.parametrize("length", [0, 1, KEPT_POINTS, KEPT_POINTS + 1, 5000, 300_000])
def test_a_curve_of_any_length_is_thinned_and_keeps_its_extremes(length: int) -> None:
    values = np.sin(np.arange(length) / 50)
    if length > 100:
        values[length // 3], values[length // 2] = 50.0, -40.0
    series = Series()
    series.extend(np.arange(length), values)
    curve = thinned("loss", series)
    assert len(curve.steps) == len(curve.values) <= KEPT_POINTS
    assert curve.length == length
    again = series_of(curve)
    if length:
        assert again.last == values[-1]
        assert (again.minimum, again.maximum) == (values.min(), values.max())


def test_values_that_are_no_numbers_survive_thinning() -> None:
    series = Series()
    series.extend(np.arange(5000), np.full(5000, np.nan))
    curve = thinned("loss", series)
    assert all(map(math.isnan, curve.values))
    assert series_of(curve).nonfinite == len(curve.values)


def shown(**knobs: Value) -> Kept:
    found = to_store(live(), "training.fit", seed=0, torch="2.13", device="cpu")
    assert found is not None
    run, curves, views = found
    run = Run(experiment=run.experiment, knobs={**run.knobs, **knobs}, final=run.final)
    return Kept.of(run, curves, views)


def test_runs_are_laid_over_one_another() -> None:
    one, two = shown(), shown(lr=0.2)
    plots = {plot.name: plot for plot in FIT.plots}
    assert names(overlay(plots["fit"], [one])) == ("data", "fit")
    assert names(overlay(plots["fit"], [one, two])) == ("data", "A fit", "B fit")
    curves = next(plot for plot in FIT.plots if "loss" in plot.series)
    assert names(overlay(curves, [one, two])) == ("A loss", "B loss")
    assert next(plot.series for plot in pictures(FIT.plots, [one, two])) == ["loss"]


def test_the_knobs_that_differ() -> None:
    one, two = shown().run, shown(lr=0.2).run
    different, same = difference([one, two])
    assert different == [("learning rate", ["0.1", "0.2"])]
    assert ("epochs", "50") in same


def test_exports_hold_every_number() -> None:
    one = shown()
    (as_json,) = json.loads(export.to_json([(one.run, one.curves)]))["runs"]
    assert as_json["experiment"] == "training.fit"
    assert as_json["knobs"]["lr"] == 0.1
    assert as_json["curves"]["loss"]["values"] == [1.0, None, 0.25]
    head, *rows = export.to_csv([(one.run, one.curves)]).splitlines()
    assert head.startswith("run,experiment,state,seed,device,knob lr,")
    assert head.endswith("curve,step,value,low,high")
    assert [row.split(",")[-4:] for row in rows] == [
        ["0", "1", "1", "1"],
        ["1", "nan", "nan", "nan"],
        ["2", "0.25", "0.25", "0.25"],
    ]
