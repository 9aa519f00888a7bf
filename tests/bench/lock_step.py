"""The bug bench: what two loops in lock-step make of the speed of one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from time import process_time

from engine.experiments.bugs import side_by_side
from engine.experiments.parts.faulty_loops import LOOP, WAVE
from engine.process.protocol import Experiment as Job
from engine.process.protocol import RunFinished
from engine.views import Experiment, Scalars
from tests.bench.row import Row
from tests.runs import Runs

TIMES = 5
"""Each is measured so often, in turn; the fastest counts."""


def one(*, epochs: int) -> Experiment:
    """A loop by itself, seen as on the bench."""
    yield from timed({"clean": LOOP}, epochs)


def two(*, epochs: int) -> Experiment:
    """The same loop twice."""
    yield from timed({"clean": LOOP, "other": LOOP}, epochs)


def timed(texts: dict[str, str], epochs: int) -> Experiment:
    """And the seconds of a processor that it takes, which no neighbour can lengthen."""
    began = process_time()
    yield from side_by_side(texts, WAVE, 0.05, epochs, 10)
    yield Scalars(0, seconds=process_time() - began)


async def _rates(epochs: int, times: int) -> dict[str, float]:
    runs = Runs()
    await runs.engine.start()
    best = {"one": 0.0, "two": 0.0}
    try:
        for name in [*best] * times:
            run = runs.begin(Job(__name__, name, {"epochs": epochs}))
            end = await runs.ended(run)
            assert isinstance(end, RunFinished)
            best[name] = max(best[name], epochs / float(end.final["seconds"] or 0))
    finally:
        await runs.engine.close()
    return best


def rows(*, short: bool) -> Iterator[Row]:
    """All figures; ``short`` only checks that they can be taken."""
    best = asyncio.run(_rates(2, 1) if short else _rates(40, TIMES))
    share = best["two"] / best["one"]
    yield Row("two loops in lock-step, of the speed of one", share, "×", 0.45, True)
