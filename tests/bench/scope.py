"""The microscope: what following costs a loop that runs on, and what 500 stops take."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Iterator

from engine.process.protocol import (
    RunFinished,
    Script,
    Stopped,
    decode_event,
    encode,
)
from tests.bench.row import Row
from tests.runs import Runs

LOOP = """\
import time
import torch
from torch import nn
x = torch.linspace(-1, 1, 64).unsqueeze(1)
y = 2 * x + 1
model = nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for step in range({steps}):
    if step == 50:
        began = time.perf_counter()
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
print("seconds", time.perf_counter() - began)
"""


async def _seconds(runs: Runs, *, steps: int, scope: bool) -> float:
    """Of the loop but its first steps, as it told itself."""
    from engine.process.protocol import Printed

    run = runs.begin(Script(code=LOOP.replace("{steps}", str(steps))), scope=scope)
    if scope:
        await runs.until(Stopped, run, such=lambda e: e.held)
        runs.engine.walk(run, "end")
    assert isinstance(await runs.ended(run), RunFinished)
    said = [e.text for e in runs.events if isinstance(e, Printed) and e.run_id == run]
    return float("".join(said).split("seconds")[1].split()[0])


async def _measured(steps: int) -> tuple[float, list[Stopped]]:
    runs = Runs()
    await runs.engine.start()
    try:
        plain = await _seconds(runs, steps=steps, scope=False)
        under = await _seconds(runs, steps=steps, scope=True)
    finally:
        await runs.engine.close()
    return plain / under, [e for e in runs.events if isinstance(e, Stopped)]


def rows(*, short: bool) -> Iterator[Row]:
    """Speed as a part of the same loop's without the microscope, and what stops take."""
    speed, stops = asyncio.run(_measured(500 if short else 3000))
    yield Row("a loop that runs on under the microscope, of its speed", speed, "×", 0.3, True)
    lines = [encode(each) for each in (stops * 500)[-500:]]
    tracemalloc.start()
    kept = [decode_event(line) for line in lines]
    megabytes = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    yield Row(f"{len(kept)} stops of a loop, in memory", megabytes, "MB", 50)
