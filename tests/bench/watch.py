"""``tocha watch``: whole scripts, watched against plain, by the length of their steps."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.row import Row
from tests.environment import clean
from tests.terminal import TOCHA

SCRIPT = """
import sys, time, torch
from torch import nn
torch.set_num_threads(1)
torch.manual_seed(0)
width, batch, steps = map(int, sys.argv[1:])
model = nn.Sequential(nn.Linear(8, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(),
                      nn.Linear(width, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
x = torch.randn(batch, 8)
y = x.sum(1, keepdim=True)
def train(steps):
    for _ in range(steps):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
train(max(3, steps // 20))
began = time.thread_time()
train(steps)
print((time.thread_time() - began) / steps)
"""
"""Prints seconds of the processor for a step: waiting for a busy machine is nobody's cost."""

SIZES = {0.3: (16, 32, 6000, 0.97), 3.0: (256, 600, 600, 0.99), 30.0: (512, 2400, 60, 0.99)}
"""By milliseconds a step should take: width, batch, steps, and the ratio to reach."""


def rows(*, short: bool = False) -> Iterator[Row]:
    """All figures; ``short`` only checks that they can be taken."""
    for milliseconds, (width, batch, steps, least) in SIZES.items():
        if short and milliseconds > 1:
            continue
        steps = 60 if short else steps
        plain: list[float] = []
        watched: list[float] = []
        for _ in range(1 if short else 7):
            for command, taken in (((sys.executable,), plain), (WATCH, watched)):
                taken.append(seconds_a_step(command, width, batch, steps))
        took = 1000 * statistics.median(plain)
        what = f"a script with steps of {milliseconds:g} ms, plain / watched"
        yield Row(
            f"{what} (the processor took {took:.2g} ms)",
            ratio(plain, watched),
            "times",
            least,
            True,
        )


WATCH = (*TOCHA, "watch", "--plain")


def ratio(plain: list[float], watched: list[float]) -> float:
    """The median over pairs that ran one after the other."""
    return statistics.median(a / b for a, b in zip(plain, watched, strict=True))


def seconds_a_step(command: tuple[str, ...], *numbers: int) -> float:
    """Run the script, and take what it prints."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "script.py"
        file.write_text(SCRIPT)
        said = subprocess.run(
            [*command, str(file), *map(str, numbers)],
            env=clean(Path(folder) / "home"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    return float(next(line for line in said.splitlines() if not line.startswith("[script.py] ")))
