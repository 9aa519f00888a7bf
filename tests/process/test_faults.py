"""Whatever a run does, something says how it ended, the next run works, and nothing is left."""

from __future__ import annotations

from typing import Any

import pytest

from engine.process.protocol import (
    Printed,
    RunDied,
    RunFailed,
    RunFinished,
    RunStopped,
    Samples,
)
from tests.process.conftest import LeftBehind
from tests.runs import Runs


def id_of(part: object) -> str:
    """The experiment's name says it all."""
    return part if isinstance(part, str) else "-"


BY_ITSELF: list[tuple[str, type[Any], dict[str, Any]]] = [
    ("polite", RunFinished, {"final": {"loss": 1 / 3}}),
    ("hush", RunFinished, {"final": {}, "steps": 0}),
    ("leaving", RunDied, {"exit_code": 3, "reason": "left without a word (exit status 3)"}),
    ("segfault", RunDied, {"signal": 11, "reason": "crashed (SIGSEGV)"}),
    ("abort", RunDied, {"signal": 6, "reason": "crashed (SIGABRT)"}),
    ("giant", RunFailed, {"error": "RuntimeError"}),
    ("hoard", RunFailed, {"error": "RuntimeError"}),
    ("unbound", RunDied, {"signal": 9, "reason": "used more than 0.5 GiB of memory"}),
    ("raising", RunFailed, {"error": "ValueError", "message": "no such luck"}),
    ("exiting", RunFailed, {"error": "SystemExit", "message": "4"}),
    ("closing", RunDied, {}),
    ("forking", RunFinished, {"steps": 2}),
    ("threading_on", RunFinished, {"steps": 2}),
    ("loading", RunFinished, {"steps": 4, "final": {"loss": 220.0}}),
    ("parallel", RunFinished, {"steps": 1}),
]
"""Experiments that end without being asked to: the kind of the last event and what it says."""

WHEN_STOPPED: list[tuple[str, dict[str, Any], Any]] = [
    ("endless", {}, RunStopped),
    ("blinded", {}, RunStopped),
    ("deaf", {}, RunDied),
    ("ignoring", {}, RunDied),
    ("in_c", {}, RunDied),
    ("flood", {"megabytes": 1 << 20}, RunStopped),
    ("forking", {"then_wait": True}, RunStopped),
    # On a busy machine its workers may take longer to leave than a stopped run is given.
    ("loading", {"epochs": 1_000_000}, RunStopped | RunDied),
]
"""Experiments that go on for ever: the kind of their last event after a stop."""


async def nothing_is_left(engine: Runs, left_behind: LeftBehind) -> None:
    """The next run works, and only the server is alive."""
    following = engine.start("polite")
    await engine.until(Samples, following)
    assert isinstance(await engine.ended(following), RunFinished)
    assert left_behind() == []


@pytest.mark.parametrize(("name", "kind", "said"), BY_ITSELF, ids=id_of)
async def test_what_ends_by_itself(
    engine: Runs, left_behind: LeftBehind, name: str, kind: type[Any], said: dict[str, Any]
) -> None:
    run = engine.start(name)
    end = await engine.ended(run)
    assert isinstance(end, kind)
    assert {field: getattr(end, field) for field in said} == said
    if name != "hush":
        assert any(isinstance(event, Samples) for event in engine.of(run)), "the first step shows"
    assert engine.of(run)[-1] is end
    assert left_behind() == [], "also before another run ends"
    await nothing_is_left(engine, left_behind)


@pytest.mark.parametrize(("name", "knobs", "kind"), WHEN_STOPPED, ids=id_of)
async def test_what_must_be_stopped(
    engine: Runs, left_behind: LeftBehind, name: str, knobs: dict[str, Any], kind: Any
) -> None:
    run = engine.start(name, **knobs)
    await engine.until(Samples, run)
    await engine.until(Printed, run)
    engine.engine.stop(run)
    end = await engine.ended(run)
    assert isinstance(end, kind)
    if isinstance(end, RunDied):
        assert (end.signal, end.reason) == (9, "did not answer and was killed")
    else:
        assert end.final["loss"] == 1.0 if name == "endless" else end.final
    await nothing_is_left(engine, left_behind)


async def test_a_failure_says_where_in_the_learners_own_code(engine: Runs) -> None:
    end = await engine.ended(engine.start("raising"))
    assert isinstance(end, RunFailed)
    assert [frame.function for frame in end.frames] == ["raising"]
    assert end.frames[0].file.endswith("faults.py")
    assert end.frames[0].source == 'raise ValueError("no such luck")'


async def test_an_allocation_that_failed_says_so(engine: Runs) -> None:
    end = await engine.ended(engine.start("giant"))
    assert isinstance(end, RunFailed)
    assert "allocate" in end.message
    assert [frame.function for frame in end.frames] == ["giant"]


async def test_an_experiment_that_does_not_exist_says_so(engine: Runs) -> None:
    end = await engine.ended(engine.start("nowhere"))
    assert isinstance(end, RunFailed)
    assert "nowhere" in end.message
    end = await engine.ended(engine.start("fit", topic="trainings"))
    assert isinstance(end, RunFailed)
    assert "trainings" in end.message


async def test_the_last_words_come_before_the_last_event(engine: Runs) -> None:
    run = engine.start("flood", megabytes=1)
    end = await engine.ended(run)
    *_, before, last = engine.of(run)
    assert last is end
    assert isinstance(before, Printed)
    assert before.text.endswith("\n")


async def test_a_gigabyte_of_prints_is_counted_to_the_byte_and_kept_small(engine: Runs) -> None:
    run = engine.start("flood")
    assert isinstance(await engine.ended(run), RunFinished)
    printed = [event for event in engine.of(run) if isinstance(event, Printed)]
    kept = sum(len(event.text) for event in printed)
    assert kept + sum(event.lost for event in printed) == 1024 << 20
    assert kept < 4 << 20
    assert printed[-1].text.endswith("\n")


async def test_one_runs_fault_leaves_another_alone(engine: Runs) -> None:
    calm = engine.start("endless")
    await engine.until(Samples, calm)
    for name in ("segfault", "forking", "leaving"):
        await engine.ended(engine.start(name))
    seen = engine.events[-1]
    await engine.until(Samples, calm, after=seen)
    engine.engine.stop(calm)
    assert isinstance(await engine.ended(calm), RunStopped)
