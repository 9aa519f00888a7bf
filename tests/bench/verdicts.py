"""The learner's own code: from asking for a check to its verdict, and the cost of being watched."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator

from engine.process.protocol import RunEnded, Verdict
from lessons.format.catalog import exercises
from lessons.format.exercises import Exercise
from tests.bench.row import Row
from tests.runs import Runs
from tui.state.check_job import check_job

LIMIT = 0.5
"""Seconds from asking to the verdict."""


def rows(*, short: bool = False) -> Iterator[Row]:
    """All figures; ``short`` only checks that they can be taken."""
    tasks = exercises()[::10] if short else exercises()
    yield from asyncio.run(verdict_rows(tasks, 1 if short else 8))
    ratio = watched_ratio(steps=300 if short else 3000, rounds=1 if short else 15)
    yield Row("a hand-written loop, watched / not watched, time a step", ratio, "times", 1.05)


async def verdict_rows(tasks: list[Exercise], rounds: int) -> list[Row]:
    """Every answer in every exercise's folder, judged again and again."""
    runs = Runs()
    await runs.engine.start()
    await runs.until_ready()
    slowest: list[tuple[float, str]] = []
    everything: list[float] = []
    for task in tasks:
        answers = [path.read_text(encoding="utf-8") for path in [*task.right, *task.mutants]]
        taken = [await judged(runs, task, code) for _ in range(rounds) for code in answers]
        slowest.append((percentile(taken, 0.95), task.name))
        everything += taken
    await runs.engine.close()
    worst, name = max(slowest)
    return [
        Row("check asked → verdict, all exercises, median", percentile(everything, 0.5), "s"),
        Row("check asked → verdict, all exercises, p95", percentile(everything, 0.95), "s", LIMIT),
        Row(f"check asked → verdict, {name}, p95", worst, "s", LIMIT),
    ]


async def judged(runs: Runs, task: Exercise, code: str) -> float:
    """Seconds from asking to the last verdict."""
    runs.forget()
    settled: list[float] = []

    def hear(event: object) -> None:
        if isinstance(event, Verdict | RunEnded):
            settled.append(time.perf_counter())

    runs.listeners.append(hear)
    began = time.perf_counter()
    run_id = runs.begin(check_job(task, code))
    await runs.ended(run_id)
    runs.listeners.remove(hear)
    # The last event is the end of the run: the verdict before it is what the learner waits for.
    return (settled[-2] if len(settled) > 1 else settled[-1]) - began


def percentile(values: list[float], part: float) -> float:
    """The value that this part of all stays below."""
    return sorted(values)[min(len(values) - 1, round(part * (len(values) - 1)))]


def watched_ratio(steps: int, rounds: int) -> float:
    """Time of a step under the probe against the same loop without it, in turn, in one process."""
    command = [sys.executable, "-P", "-m", "tests.bench.watched", str(steps), str(rounds)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(answer.stdout)
