"""The microscope: what a press takes, what following costs a loop, and what 500 stops take."""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

from engine.process.protocol import (
    Printed,
    RunFinished,
    Script,
    Stopped,
    decode_event,
    encode,
)
from tests.bench.row import Row
from tests.bench.verdicts import percentile
from tests.environment import clean
from tests.runs import Runs
from tests.terminal import TOCHA, Terminal
from tui.state.scope_run import WHOLE

LOOP = """\
import time
import torch
from torch import nn
x = torch.linspace(-1, 1, 64).unsqueeze(1)
y = 2 * x + 1
model = nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for step in range({steps}):
    if step == {first}:
        began = time.perf_counter()
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
print("seconds", time.perf_counter() - began)
"""

FIRST = 100
"""Steps that are not timed: the first statements are all recorded."""


async def _seconds(runs: Runs, *, steps: int, scope: bool) -> float:
    """Of the loop but its first steps, as it told itself."""
    code = LOOP.format(steps=steps, first=FIRST)
    run = runs.begin(Script(code=code), scope=scope)
    if scope:
        await runs.until(Stopped, run, such=lambda e: e.held)
        runs.engine.walk(run, "end")
    assert isinstance(await runs.ended(run), RunFinished)
    said = [e.text for e in runs.events if isinstance(e, Printed) and e.run_id == run]
    return float("".join(said).split("seconds")[1].split()[0])


async def _measured(steps: int) -> tuple[float, list[Stopped]]:
    """The part of its own speed that a loop has, and the stops it has sent."""
    runs = Runs()
    await runs.engine.start()
    try:
        plain = await _seconds(runs, steps=steps, scope=False)
        under = await _seconds(runs, steps=steps, scope=True)
    finally:
        await runs.engine.close()
    return plain / under, [e for e in runs.events if isinstance(e, Stopped)]


def rows(*, short: bool) -> Iterator[Row]:
    """All figures; ``short`` only checks that they can be taken."""
    on, back = presses(12 if short else 100)
    yield Row("s → the next line on the screen, p95", percentile(on, 0.95), "s", 0.05)
    yield Row("← → the stop before on the screen, p95", percentile(back, 0.95), "s", 0.03)
    speed, stops = asyncio.run(_measured(500 if short else 3000))
    yield Row("a loop that runs on under the microscope, of its speed", speed, "×", 0.3, True)
    # Not the first: there the loop has not begun, and less is to be seen.
    of_loop = stops[20:]
    lines = [encode(each) for each in (of_loop * WHOLE)[:WHOLE]]
    tracemalloc.start()
    kept = [decode_event(line) for line in lines]
    megabytes = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    yield Row(f"{len(kept)} stops of a loop, in memory", megabytes, "MB", 50)


def presses(count: int) -> tuple[list[float], list[float]]:
    """Seconds from the key to the screen: line by line, and then back."""
    with tempfile.TemporaryDirectory() as home:
        file = Path(home) / "loop.py"
        file.write_text(LOOP.format(steps=1000, first=FIRST), encoding="utf-8")
        environment = clean(Path(home))
        with Terminal((*TOCHA, "scratch", str(file)), environment=environment) as terminal:
            terminal.until("import torch")
            terminal.until_quiet()
            terminal.press("f5")
            terminal.until("stop 0")
            on = [pressed(terminal, "s", 1) for _ in range(count)]
            back = [pressed(terminal, "left", -1) for _ in range(count)]
    return on, back


def pressed(terminal: Terminal, key: str, by: int) -> float:
    """Seconds until the stop that this key leads to is on the screen."""
    terminal.until_quiet()
    to, began = at(terminal) + by, time.perf_counter()
    terminal.press(key)
    terminal.until(lambda t: at(t) == to)
    return time.perf_counter() - began


def at(terminal: Terminal) -> int:
    """The number of the stop that is on the screen."""
    found = re.search(r"stop (\d+)", terminal.text)
    return int(found[1]) if found else -1
