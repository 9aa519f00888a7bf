"""The server: what it never does, what happens when it dies, and readers that do not read."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from engine.process import client
from engine.process.client import MOST_RESTARTS, State
from engine.process.framing import MAX_LINE
from engine.process.protocol import (
    AnyEvent,
    Printed,
    RunDied,
    RunFinished,
    RunStopped,
    Samples,
    Script,
)
from tests.environment import ROOT, seconds
from tests.runs import PATIENCE_SECONDS, Runs


@pytest.fixture
async def own_engine() -> AsyncIterator[Runs]:
    """An engine that a test may ruin; not started."""
    runs = Runs()
    yield runs
    pids = {runs.engine.pid, runs.engine.guardian} - {None}
    await runs.engine.close()
    assert not any(psutil.pid_exists(pid) for pid in pids if pid)


def threads(pid: int | None) -> int:
    """How many threads a process has."""
    assert pid is not None
    return int(psutil.Process(pid).num_threads())


async def test_the_server_has_one_thread_and_runs_after_runs_may_have_more(engine: Runs) -> None:
    assert threads(engine.engine.pid) == 1
    for _ in range(5):
        run = engine.start("parallel")
        assert isinstance(await engine.ended(run), RunFinished)
        assert engine.values(run, "threads").tolist() == [2]
        await engine.ended(engine.start("fit", topic="training", epochs=1))
        assert threads(engine.engine.pid) == 1


async def test_code_that_fits_in_no_line_ends_its_run_and_nothing_else(engine: Runs) -> None:
    run = engine.begin(Script(code=f"# {'🔥' * (MAX_LINE // 4)}\n"))
    end = await engine.ended(run)
    assert isinstance(end, RunDied)
    assert "too long to be sent" in end.reason
    assert isinstance(await engine.ended(engine.start("polite")), RunFinished)


async def test_the_server_holds_no_files_of_dead_runs(engine: Runs) -> None:
    await engine.ended(engine.start("polite"))
    assert engine.engine.pid is not None
    server = psutil.Process(engine.engine.pid)
    before = server.num_fds()
    for name in 3 * ("polite", "segfault", "forking", "closing"):
        await engine.ended(engine.start(name))
    # The last event of a run may come just before its three pipes are closed.
    assert server.num_fds() <= before + 3


async def test_runs_asked_for_before_the_engine_starts_wait_in_line(own_engine: Runs) -> None:
    early = own_engine.start("polite")
    await own_engine.engine.start()
    later = own_engine.start("polite")
    assert isinstance(await own_engine.ended(early), RunFinished)
    assert isinstance(await own_engine.ended(later), RunFinished)


async def test_a_server_that_dies_is_replaced_but_not_for_ever(
    own_engine: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    await own_engine.engine.start()
    await own_engine.until_ready()
    run = own_engine.start("endless")
    await own_engine.until(Samples, run)
    await kill(own_engine)
    end = await own_engine.ended(run)
    assert isinstance(end, RunDied)
    assert "engine" in end.reason
    following = own_engine.start("polite")
    assert isinstance(await own_engine.ended(following), RunFinished)
    assert own_engine.states == [State.STARTING, State.READY] * 2

    kills = 1
    while own_engine.engine.state is not State.FAILED:
        waiting = own_engine.start("polite")
        await kill(own_engine)
        kills += 1
        assert isinstance(await own_engine.ended(waiting), RunDied)
    assert kills == MOST_RESTARTS + 1
    refused = await own_engine.ended(own_engine.start("polite"))
    assert isinstance(refused, RunDied)
    assert refused.reason.startswith("cannot be: the engine died 6 times within a minute")
    monkeypatch.setattr(client, "WITHIN_SECONDS", 0.0)
    assert isinstance(await own_engine.ended(own_engine.start("polite")), RunFinished)


async def test_a_server_that_dies_with_who_stands_by_has_died_once(own_engine: Runs) -> None:
    await own_engine.engine.start()
    for _ in range(MOST_RESTARTS):
        await own_engine.until_ready()
        for pid in (own_engine.engine.guardian, own_engine.engine.pid):
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
        # Whatever was asked for while nobody had noticed is lost, and says so.
        lost = own_engine.start("polite")
        assert isinstance(await own_engine.ended(lost), RunDied)
        assert own_engine.engine.state is not State.FAILED
    await own_engine.until_ready()
    assert isinstance(await own_engine.ended(own_engine.start("polite")), RunFinished)


async def kill(runs: Runs) -> None:
    """End the server as the kernel does when memory is short; wait for the next, if it comes."""
    await runs.until_ready()
    pid = runs.engine.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    async with asyncio.timeout(seconds(PATIENCE_SECONDS)):
        while (
            runs.engine.pid in (pid, runs.engine.guardian) and runs.engine.state is not State.FAILED
        ):
            await asyncio.sleep(0)


async def test_a_run_that_wants_to_be_restarted_when_the_server_dies_is(own_engine: Runs) -> None:
    again: list[int] = []

    def restart(event: AnyEvent) -> None:
        if isinstance(event, RunDied):
            again.append(own_engine.start("polite"))

    own_engine.listeners.append(restart)
    await own_engine.engine.start()
    own_engine.start("endless")
    await kill(own_engine)
    assert isinstance(await own_engine.ended(again[0]), RunFinished)


async def test_closing_ends_every_run_and_the_server(own_engine: Runs) -> None:
    await own_engine.engine.start()
    runs = [own_engine.start(name) for name in ("endless", "deaf", "in_c", "ignoring", "forking")]
    for run in runs:
        await own_engine.until(Samples, run)
    server = psutil.Process(own_engine.engine.guardian)
    family = server.children(recursive=True)
    assert len(family) >= 4
    await own_engine.engine.close()
    assert psutil.wait_procs([server, *family], timeout=seconds(PATIENCE_SECONDS))[1] == []
    assert own_engine.engine.state is State.STOPPED


async def test_closing_while_the_server_is_being_started_ends_it_too(own_engine: Runs) -> None:
    starting = asyncio.create_task(own_engine.engine.start())
    await asyncio.sleep(0)
    await own_engine.engine.close()
    await asyncio.wait_for(starting, seconds(PATIENCE_SECONDS))
    assert own_engine.engine.guardian is not None
    assert not psutil.pid_exists(own_engine.engine.guardian)
    assert own_engine.engine.state is State.STOPPED


async def test_a_server_that_cannot_start_fails_and_says_why(
    own_engine: Runs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "torch.py").write_text("raise ImportError('no torch here')")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(ROOT)]))
    await own_engine.engine.start()
    end = await own_engine.ended(own_engine.start("polite"))
    assert isinstance(end, RunDied)
    await own_engine.until_state(State.FAILED)
    end = await own_engine.ended(own_engine.start("polite"))
    assert isinstance(end, RunDied)
    assert "no torch here" in end.reason


async def test_a_folder_named_like_ours_where_the_learner_stands_is_not_taken_for_it(
    own_engine: Runs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("engine", "lessons", "torch"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise ImportError('the wrong one')")
    monkeypatch.chdir(tmp_path)
    await own_engine.engine.start()
    run = own_engine.start("fit", topic="training", epochs=1)
    assert isinstance(await own_engine.ended(run), RunFinished)


async def test_where_fork_is_not_safe_runs_are_fresh_interpreters_behind_the_same_interface(
    engine: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An interpreter of its own has all of torch on top.
    monkeypatch.setenv("TOCHA_RUN_MEMORY_GB", "1.5")
    fresh = Runs(way="spawn")
    await fresh.engine.start()
    try:
        there, deaf, blinded = (
            fresh.start(name, seed=5) for name in ("descend", "deaf", "blinded")
        )
        here = engine.start("descend", seed=5)
        assert isinstance(await engine.ended(here), RunFinished)
        assert isinstance(await fresh.ended(there), RunFinished)
        np.testing.assert_array_equal(engine.values(here), fresh.values(there))
        long = fresh.begin(Script(code=f"{'# no pipe holds this' * 10_000}\nprint('all of it')\n"))
        assert isinstance(await fresh.ended(long), RunFinished)
        # On a busy machine a line may come in pieces.
        printed = "".join(e.text for e in fresh.of(long) if isinstance(e, Printed))
        assert printed.endswith("all of it\n")
        for run, kind in ((blinded, RunStopped), (deaf, RunDied)):
            await fresh.until(Printed, run)
            fresh.engine.stop(run)
            assert isinstance(await fresh.ended(run), kind)
    finally:
        await fresh.engine.close()
