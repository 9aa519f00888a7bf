"""The row that says how a run is doing: whole parts, whole failures, no guess about what waits."""

from __future__ import annotations

import numpy as np
import pytest
from textual.app import App, ComposeResult

from engine.process import protocol
from engine.views import Progress
from lessons.format import catalog
from tui.state.live_run import LiveRun, RunState
from tui.widgets.run_status import RunStatus

FAILURE = "mat1 and mat2 shapes cannot be multiplied (1x5 and 1x10), " * 2


class Page(App[None]):
    """The row alone."""

    def compose(self) -> ComposeResult:
        yield RunStatus()


def a_run() -> LiveRun:
    experiment = catalog.experiment("training.fit")
    return LiveRun(1, experiment, experiment.defaults)


@pytest.mark.parametrize("width", [30, 40, 60, 100])
async def test_a_part_is_shown_whole_or_not_at_all(width: int) -> None:
    run = a_run()
    run.hear(protocol.RunStarted(run_id=1, pid=1))
    for done in (1, 20):
        run.hear(protocol.Shown(run_id=1, view=Progress(done, 20, "measurement")))
    run.hear(protocol.RunFinished(run_id=1, final={}, steps=0, seconds=25.0))
    app = Page()
    async with app.run_test(size=(width, 5)) as pilot:
        status = app.query_one(RunStatus)
        status.show(run, now=True)
        await pilot.pause()
        said = status.render().plain
        assert status.size.height == 1
        assert len(said) <= width
        assert said.startswith("✓ finished")
        assert set(said.split("  ")[1:]) <= {"measurement 20/20", "in 25 s"}


async def test_a_failure_has_the_rows_it_needs_and_gives_them_back() -> None:
    run = a_run()
    run.hear(protocol.RunFailed(run_id=1, error="RuntimeError", message=FAILURE.strip()))
    app = Page()
    async with app.run_test(size=(80, 5)) as pilot:
        status = app.query_one(RunStatus)
        status.show(run, now=True)
        await pilot.pause()
        assert run.state is RunState.FAILED
        assert status.size.height > 1
        rows = ["".join(s.text for s in status.render_line(y)) for y in range(status.size.height)]
        assert " ".join(" ".join(rows).split()).endswith(FAILURE.strip())
        status.show(None, now=True)
        await pilot.pause()
        assert status.size.height == 1


def test_a_run_that_waits_tells_no_time_left() -> None:
    run = a_run()
    run.hear(protocol.RunStarted(run_id=1, pid=1))
    run.hear(protocol.Shown(run_id=1, view=Progress(3, 6, "operation")))
    assert run.seconds_left is not None
    run.hear(protocol.Paused(run_id=1, step=3))
    assert run.state is RunState.PAUSED
    assert run.seconds_left is None


@pytest.mark.parametrize(
    ("name", "unit", "numbers", "is_said"),
    [
        ("training.fit", "epoch", 800, True),
        ("training.fast_fit", "epoch", 20, False),  # one number an epoch
        ("devices.crossover", "size", 7, False),
        ("optimizers.race", "step", 400, False),  # as many as we let it
    ],
)
def test_steps_a_second_are_said_of_what_takes_steps(
    name: str, unit: str, numbers: int, is_said: bool
) -> None:
    experiment = catalog.experiment(name)
    run = LiveRun(1, experiment, experiment.defaults)
    run.hear(protocol.RunStarted(run_id=1, pid=1))
    run.hear(protocol.Shown(run_id=1, view=Progress(20, 20, unit)))
    steps = np.arange(numbers)
    run.hear(protocol.Samples(run_id=1, name="loss", steps=steps, values=steps * 1.0))
    run.hear(protocol.RunFinished(run_id=1, final={}, steps=numbers, seconds=2.0))
    assert (run.steps_per_second == numbers / 2) == is_said
    assert bool(run.steps_per_second) == is_said
