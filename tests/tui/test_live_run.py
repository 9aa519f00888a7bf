"""What a run's watcher knows after each event."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from engine.plots import Curve
from engine.process.protocol import (
    AnyEvent,
    Frame,
    Paused,
    Printed,
    Refused,
    Resumed,
    RunDied,
    RunFailed,
    RunFinished,
    RunStarted,
    RunStopped,
    Samples,
    Shown,
)
from engine.views import Line, Progress, Scatter
from lessons.format import catalog
from tui.state.live_run import MOST_LINES, LiveRun, RunState

STARTED = RunStarted(1, pid=2)
FINISHED = RunFinished(1, final={"loss": 0.5}, steps=2, seconds=3.0)
STOPPED = RunStopped(1, final={"loss": 0.5}, steps=2, seconds=3.0)
FAILED = RunFailed(1, error="ValueError", message="no", frames=[Frame("a.py", 1, "f", "x")])
DIED = RunDied(1, reason="crashed (SIGSEGV)", signal=11)
LOSS = Samples(1, name="loss", steps=np.array([1, 2]), values=np.array([1.0, 0.5]))


def watched(*events: AnyEvent) -> LiveRun:
    """A run of the reference regression after these events."""
    run = LiveRun(1, catalog.experiment("training.fit"), {})
    for event in events:
        run.hear(event)
    return run


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ([], RunState.WAITING),
        ([STARTED], RunState.RUNNING),
        ([STARTED, Paused(1, step=0)], RunState.PAUSED),
        ([STARTED, Paused(1, step=0), Resumed(1)], RunState.RUNNING),
        ([STARTED, FINISHED], RunState.FINISHED),
        ([STARTED, STOPPED], RunState.STOPPED),
        ([STARTED, FAILED], RunState.FAILED),
        ([STARTED, DIED], RunState.FAILED),
        ([Refused(1, message="no room")], RunState.FAILED),
    ],
)
def test_states(events: list[AnyEvent], state: RunState) -> None:
    assert watched(*events).state is state


def test_a_run_that_had_to_be_killed_was_stopped_and_has_not_failed() -> None:
    run = watched(STARTED)
    run.stopping()
    run.hear(Paused(1, step=0))
    assert run.state.value == "stopping"
    run.hear(DIED)
    assert run.state.value == "stopped"


def test_what_has_ended_cannot_be_stopped() -> None:
    run = watched(STARTED, FINISHED)
    run.stopping()
    assert run.state is RunState.FINISHED


def test_a_failure_is_a_sentence() -> None:
    assert watched(STARTED, FAILED).failure == "ValueError: no"
    assert watched(STARTED, DIED).failure == "The run crashed (SIGSEGV)."


def test_a_picture_holds_its_newest_views_its_curves_and_the_run_before() -> None:
    plots = {plot.name: plot for plot in catalog.experiment("training.fit").plots}
    before = watched(STARTED, LOSS)
    run = watched(
        STARTED,
        Shown(1, view=Scatter([1], [2])),
        Shown(1, view=Line([1], [2])),
        Shown(1, view=Line([3], [4])),
        LOSS,
    )
    _, line = run.content(plots["fit"])
    assert isinstance(line, Line)
    assert line.x == [3]
    (curve,) = run.content(plots["loss"], before)
    assert isinstance(curve, Curve)
    assert (curve.name, len(curve.series)) == ("loss", 2)
    assert run.steps == 2


def test_progress_says_how_much_time_is_left_while_it_runs() -> None:
    quarter = Shown(1, view=Progress(1, 4))
    assert watched(STARTED).seconds_left is None
    left = watched(STARTED, quarter).seconds_left
    assert left is not None
    assert left >= 0
    run = watched(STARTED, quarter, FINISHED)
    assert run.seconds_left is None
    assert run.seconds == 3.0
    assert run.final == {"loss": 0.5}


def test_printed_text_becomes_whole_lines() -> None:
    run = watched(STARTED, Printed(1, text="one\ntw"), Printed(1, text="o\nthr"))
    assert list(run.output) == ["one", "two"]
    run.hear(FINISHED)
    assert list(run.output) == ["one", "two", "thr"]


def test_after_a_gap_no_line_is_glued_to_one_from_before() -> None:
    run = watched(STARTED, Printed(1, text="begi"), Printed(1, text="d\nnext\n", lost=9))
    assert "begid" not in run.output
    assert run.output[-1] == "next"
    assert run.lost_bytes == 9


def test_output_is_bounded() -> None:
    run = watched(STARTED, Printed(1, text="x\n" * 3 * MOST_LINES))
    assert len(run.output) == MOST_LINES


def test_the_run_before_is_named_by_what_was_different() -> None:
    experiment = catalog.experiment("training.fit")
    (plot,) = [plot for plot in experiment.plots if plot.name == "loss"]
    knobs = experiment.defaults | {"activation": "ReLU", "lr": 0.01}
    runs = [
        LiveRun(n, experiment, knobs | {"activation": name})
        for n, name in enumerate(["Tanh", "ReLU"], 1)
    ]
    for run in runs:
        run.hear(msgspec.structs.replace(LOSS, run_id=run.run_id))
    (curve,) = runs[1].content(plot, runs[0])
    assert isinstance(curve, Curve)
    assert curve.before == "activation Tanh"
    runs[0].knobs["lr"] = 0.02
    (curve,) = runs[1].content(plot, runs[0])
    assert isinstance(curve, Curve)
    assert curve.before == "activation Tanh, learning rate 0.02"
    (curve,) = runs[1].content(plot, runs[1])
    assert isinstance(curve, Curve)
    assert curve.before == "the same knobs"
