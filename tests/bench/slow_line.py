"""Keys on a slow line: 30 kB a second, 200 ms each way, while a run wants 20 frames a second."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.row import Row
from tests.environment import clean
from tests.slow_terminal import SlowTerminal
from tests.terminal import TOCHA

LOOP = """\
import torch
from torch import nn

model = nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
while True:
    x = torch.rand(20, 1)
    loss = ((model(x) - 3 * x + torch.randn(20, 1)) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""

ROUND_TRIP = 0.4


def rows(*, short: bool) -> Iterator[Row]:
    """Waits of a key beyond the round trip, and what a stall leaves behind."""
    for columns, height in [(120, 40)] if short else [(120, 40), (200, 50)]:
        terminal = opened(columns, height)
        with terminal:
            waits = sorted(wait - ROUND_TRIP for wait in keys(terminal, 3 if short else 25))
            size = f"{columns}×{height}, 30 kB/s, 2 × 200 ms"
            yield Row(f"key → answer beyond the round trip, median, {size}", mid(waits), "s", 0.15)
            p95 = waits[int(len(waits) * 0.95)]
            yield Row(f"key → answer beyond the round trip, p95, {size}", p95, "s", 0.4)
            yield Row(
                f"bytes a second while it trains, {size}",
                rate(terminal, 1.0 if short else 5.0),
                "kB/s",
                30.0,
            )
            after = after_stall(terminal, 2.0 if short else 10.0)
            yield Row(
                f"current screen after a stall beyond the round trip, {size}", after, "s", 0.3
            )


mid = statistics.median


def opened(columns: int, height: int) -> SlowTerminal:
    """A page of one's own code that trains for ever; the editor takes letters meanwhile."""
    folder = Path(tempfile.mkdtemp(prefix="tocha-slow-"))
    (folder / "loop.py").write_text("# \n" + LOOP)
    terminal = SlowTerminal(
        [*TOCHA, "scratch", str(folder / "loop.py")],
        environment=clean(folder / "home"),
        columns=columns,
        rows=height,
    )
    terminal.until("import torch")
    terminal.press("ctrl+r")
    terminal.until("steps/s")
    terminal.press("\x1b[F")
    terminal.listen(3.0)
    return terminal


def keys(terminal: SlowTerminal, times: int) -> Iterator[float]:
    """Seconds from a letter to its place on the screen."""
    written = "# "
    for n in range(times):
        letter = "abcdefghijklmnopqrstuvwxyz"[n]
        # Not in step with the frames.
        terminal.listen(0.3 + 0.037 * n)
        written += letter
        began = time.monotonic()
        terminal.press(letter)
        terminal.until(written)
        yield time.monotonic() - began


def rate(terminal: SlowTerminal, seconds: float) -> float:
    """Kilobytes a second that arrive while nobody does anything."""
    return terminal.listen(seconds) / seconds / 1000


def after_stall(terminal: SlowTerminal, seconds: float) -> float:
    """Seconds until a letter typed during a stall is there, beyond the round trip."""
    terminal.is_stalled = True
    terminal.listen(seconds / 2)
    terminal.press("Z")
    terminal.listen(seconds / 2)
    terminal.is_stalled = False
    began = time.monotonic()
    terminal.until(lambda t: "Z" in t.row_with("# a"))
    return time.monotonic() - began - ROUND_TRIP
