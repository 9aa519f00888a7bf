"""A run can be held, stepped, turned and stopped, and its numbers depend on its seed alone."""

from __future__ import annotations

import inspect
import os
import signal
from contextlib import suppress

import numpy as np
import pytest

from engine.process.protocol import (
    Paused,
    Resumed,
    RunFinished,
    RunStarted,
    RunStopped,
    Samples,
    Shown,
)
from engine.views import Code, Line, Progress, Scatter, Table
from tests.process import faults
from tests.runs import Runs


async def test_a_run_tells_its_life_in_order(engine: Runs) -> None:
    run = engine.start("polite", steps=5, fps=0)
    end = await engine.ended(run)
    assert isinstance(end, RunFinished)
    assert (end.steps, end.final) == (5, {"loss": 0.2})
    kinds = [type(event) for event in engine.of(run)]
    assert kinds[0] is RunStarted
    assert kinds[-1] is RunFinished
    assert engine.values(run).tolist() == [1.0, 0.5, 1 / 3, 0.25, 0.2]
    shown = [event.view for event in engine.of(run) if isinstance(event, Shown)]
    assert shown == [Progress(n, 5) for n in range(1, 6)]


async def test_a_held_run_goes_on_where_it_was(engine: Runs) -> None:
    run = engine.start("descend", steps=10_000)
    await engine.until(Samples, run)
    engine.engine.pause(run)
    held = await engine.until(Paused, run)
    assert len(engine.values(run)) == held.step, "everything computed so far has been shown"
    engine.engine.resume(run)
    await engine.until(Resumed, run, after=held)
    end = await engine.ended(run)
    assert isinstance(end, RunFinished)
    assert end.steps == 10_000


async def test_whatever_is_pressed_the_last_word_is_whether_it_runs(engine: Runs) -> None:
    run = engine.start("endless", paused=True)
    held = await engine.until(Paused, run)
    engine.engine.step(run)
    engine.engine.resume(run)
    going = await engine.until(Resumed, run, after=held)
    engine.engine.pause(run)
    await engine.until(Paused, run, after=going)
    engine.engine.stop(run)
    await engine.ended(run)
    said = [type(event) for event in engine.of(run) if isinstance(event, Paused | Resumed)]
    assert said[-2:] == [Resumed, Paused]


async def test_a_run_at_a_pace_shows_each_step_before_its_rest_and_hears_everything(
    engine: Runs,
) -> None:
    # A step every 100 seconds: only a rest that listens lets this test end.
    run = engine.start("descend", steps=5, pace=0.01)
    await engine.until(Samples, run)
    engine.engine.turn(run, "lr", 0.01)
    engine.engine.step(run)
    held = await engine.until(Paused, run)
    assert held.step == 2
    engine.engine.resume(run)
    await engine.until(Samples, run, such=lambda event: event.steps[-1] == 3)
    engine.engine.stop(run)
    assert isinstance(await engine.ended(run), RunStopped)
    assert engine.values(run, "lr").tolist() == [0.1, 0.01, 0.01]


async def test_steps_go_one_at_a_time(engine: Runs) -> None:
    run = engine.start("descend", steps=3, paused=True)
    held = await engine.until(Paused, run)
    assert held.step == 0
    for step in (1, 2, 3):
        engine.engine.step(run)
        held = await engine.until(Paused, run, after=held)
        assert held.step == step
        assert len(engine.values(run)) == step
    engine.engine.step(run)
    assert isinstance(await engine.ended(run), RunFinished)


async def test_a_step_shows_everything_up_to_its_scalars(engine: Runs) -> None:
    run = engine.start("steps", topic="training", paused=True, batches=1)
    held = await engine.until(Paused, run)
    # At first the loop as it stands: a picture that changes begins the next step.
    for line, kinds in enumerate(({Code}, {Code, Table}, {Code, Table}, {Code, Table})):
        before = len(engine.events)
        engine.engine.step(run)
        held = await engine.until(Paused, run, after=held)
        shown = [event.view for event in engine.events[before:] if isinstance(event, Shown)]
        assert {type(view) for view in shown} == kinds
        assert [view.line for view in shown if isinstance(view, Code)] == [line]


async def test_steps_asked_for_at_once_are_all_taken_and_each_is_told(engine: Runs) -> None:
    run = engine.start("steps", topic="training", paused=True, batches=1)
    for _ in range(4):
        engine.engine.step(run)
    held = [await engine.until(Paused, run)]
    while len(held) < 5:
        held.append(await engine.until(Paused, run, after=held[-1]))
    lit = [e.view.line for e in engine.of(run) if isinstance(e, Shown) and isinstance(e.view, Code)]
    assert lit == [0, 1, 2, 3]


async def test_the_first_view_alone_can_be_asked_for(engine: Runs) -> None:
    run = engine.start("fit", topic="training", paused=True)
    held = await engine.until(Paused, run)
    engine.engine.step(run, view=True)
    await engine.until(Paused, run, after=held)
    shown = [event.view for event in engine.of(run) if isinstance(event, Shown)]
    assert [type(view) for view in shown] == [Scatter]
    assert len(engine.values(run)) == 0


async def test_a_held_run_says_which_lines_its_step_ran(engine: Runs) -> None:
    source = inspect.getsource(faults).splitlines()
    run = engine.start("descend", paused=True)
    held = await engine.until(Paused, run)
    assert held.lines == [], "it has not begun"
    for _ in range(2):
        engine.engine.step(run)
        held = await engine.until(Paused, run, after=held)
    *ran, at = [source[line - 1].strip() for line in held.lines]
    assert at.startswith("changes = yield Scalars")
    assert ran[0].startswith("lr = (changes or {})")
    assert ran[-1].startswith("x = (x - lr * slope)")


async def test_a_step_of_a_running_run_holds_it(engine: Runs) -> None:
    run = engine.start("endless")
    await engine.until(Samples, run)
    engine.engine.step(run)
    await engine.until(Paused, run)


async def test_a_held_run_can_be_stopped_at_once(engine: Runs) -> None:
    run = engine.start("descend", paused=True)
    await engine.until(Paused, run)
    engine.engine.stop(run)
    end = await engine.ended(run)
    assert isinstance(end, RunStopped)
    assert end.steps == 0


async def test_a_live_knob_turned_is_heard_by_the_experiment(engine: Runs) -> None:
    run = engine.start("descend", steps=4, paused=True)
    held = await engine.until(Paused, run)
    for lr in (0.1, 0.1, 0.01, 0.01):
        if lr != 0.1:
            engine.engine.turn(run, "lr", lr)
        engine.engine.step(run)
        held = await engine.until(Paused, run, after=held)
    engine.engine.resume(run)
    await engine.ended(run)
    assert engine.values(run, "lr").tolist() == [0.1, 0.1, 0.01, 0.01]


async def test_a_live_knob_turned_while_it_runs_is_heard(engine: Runs) -> None:
    run = engine.start("descend", steps=10**9)
    await engine.until(Samples, run)
    engine.engine.turn(run, "lr", 0.25)
    await engine.until(
        Samples, run, such=lambda event: event.name == "lr" and event.values[-1] == 0.25
    )


async def test_same_seed_same_numbers_whatever_ran_before(engine: Runs) -> None:
    first = engine.start("descend", seed=3)
    await engine.ended(first)
    await engine.ended(engine.start("parallel"))
    again, other = engine.start("descend", seed=3), engine.start("descend", seed=4)
    await engine.ended(again)
    await engine.ended(other)
    assert len(engine.values(first)) == 200
    np.testing.assert_array_equal(engine.values(first), engine.values(again))
    assert not np.array_equal(engine.values(first), engine.values(other))


async def test_the_reference_regression_is_the_same_twice_and_other_with_another_seed(
    engine: Runs,
) -> None:
    def fit(seed: int) -> int:
        return engine.start("fit", topic="training", epochs=3, activation="Tanh", seed=seed)

    runs = [fit(1), fit(1), fit(2)]
    ends = [await engine.ended(run) for run in runs]
    assert all(isinstance(end, RunFinished) for end in ends)
    one, same, other = (engine.values(run) for run in runs)
    assert len(one) == 600
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


async def test_the_reference_regression_shows_points_fit_and_error(engine: Runs) -> None:
    run = engine.start("fit", topic="training", epochs=2, fps=0)
    end = await engine.ended(run)
    assert isinstance(end, RunFinished)
    views = [event.view for event in engine.of(run) if isinstance(event, Shown)]
    points = next(view for view in views if isinstance(view, Scatter))
    line = [view for view in views if isinstance(view, Line)][-1]
    assert np.size(points.x) == np.size(line.y) == 200
    error = np.mean((np.ravel(line.y) - np.ravel(points.y)) ** 2)
    assert end.final["mse"] == pytest.approx(error, rel=1e-4)


async def test_a_run_interrupted_before_it_began_was_stopped(engine: Runs) -> None:
    for _ in range(20):
        run = engine.start("fit", topic="training", epochs=50)
        started = await engine.until(RunStarted, run)
        engine.engine.stop(run)
        with suppress(ProcessLookupError):
            os.kill(started.pid, signal.SIGINT)
        assert isinstance(await engine.ended(run), RunStopped)
