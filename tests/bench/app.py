"""The app in a real pty of 120x40, and the runs behind it."""

from __future__ import annotations

import asyncio
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from engine.process.protocol import Samples, Shown
from tests.app.reading import turn_to, type_value
from tests.bench.row import Row
from tests.environment import clean
from tests.runs import Runs
from tests.terminal import TOCHA, Terminal

MINIMAL = (sys.executable, "-P", "-m", "tests.bench.minimal")
DRAINED = (sys.executable, "-P", "-m", "tests.bench.drained")
PRACTICE = (sys.executable, "-P", "-m", "tests.practice")
TITLE = "Give it a bend"
"""Page of the lesson on training that trains at the press of a number."""
MILLION = 1_000_000
FAULTS = {
    "deaf": "endless loop",
    "in_c": "endless call into C",
    "leaving": "os._exit",
    "segfault": "segfault",
    "flood": "a flood of prints",
    "giant": "30 GB asked for",
}
"""Experiments of `tests.process.faults`."""


def rows(*, short: bool = False) -> Iterator[Row]:
    """All figures of the app; ``short`` only checks that they can be taken."""
    with tempfile.TemporaryDirectory() as home:
        environment = clean(Path(home))
        yield from start_rows(environment, 1 if short else 9)
        yield from first_frame_rows(environment, 1 if short else 9)
        yield from asyncio.run(recovery_rows(1 if short else 9))
        yield from watched_rows(environment, rounds=1 if short else 7, epochs=5 if short else 60)
        yield from busy_rows(environment, seconds=1.0 if short else 10.0, keys=5 if short else 100)
        yield from steady_rows(environment, seconds=1.0 if short else 10.0)
        yield from memory_rows(environment, steps=MILLION // 100 if short else MILLION)
        yield from seed_rows(environment)


def start_rows(environment: dict[str, str], rounds: int) -> Iterator[Row]:
    """Time to the first full screen, in turn with the smallest Textual app."""
    pairs = [
        (_until_painted(TOCHA, b"Quit", environment), _until_painted(MINIMAL, b"min", environment))
        for _ in range(rounds + 1)
    ]
    # The very first start may have had to compile.
    first, smallest = map(statistics.median, zip(*pairs[1:], strict=True))
    yield Row("first full paint", first, "s", 0.6)
    yield Row("first full paint / smallest Textual app", first / smallest, "times", 1.6)


def _until_painted(command: tuple[str, ...], words: bytes, environment: dict[str, str]) -> float:
    with Terminal(command, environment=environment) as terminal:
        _until_sent(terminal, words, 0)
        return time.monotonic() - terminal.started


def _until_sent(terminal: Terminal, words: bytes, start: int, seconds: float = 30.0) -> float:
    """Seconds until the program has written these bytes, read without drawing."""
    began = time.monotonic()
    while terminal.raw.find(words, start) < 0:
        left = began + seconds - time.monotonic()
        assert left > 0, f"{words!r} was never sent"
        terminal.read(left)
    return time.monotonic() - began


def _opened(command: tuple[str, ...], environment: dict[str, str]) -> Terminal:
    """The app as if for the first time: it would open where it was left."""
    home = tempfile.mkdtemp(dir=environment["TOCHA_HOME"])
    return Terminal(command, environment=environment | {"TOCHA_HOME": home})


def _lesson(environment: dict[str, str]) -> Terminal:
    """The app at the page that trains, with a warm engine."""
    terminal = _opened((*TOCHA, "training"), environment)
    terminal.until("Press r to run")
    turn_to(terminal, TITLE)
    terminal.press("2")
    terminal.until("● running")
    terminal.press("x")
    terminal.until("■ stopped")
    return terminal


def first_frame_rows(environment: dict[str, str], rounds: int) -> Iterator[Row]:
    """From the key that asks for a run to the first picture."""
    taken = []
    with _lesson(environment) as terminal:
        for _ in range(rounds):
            terminal.press("n")
            terminal.until(lambda t: TITLE not in t.text)
            terminal.press("p")
            terminal.until(TITLE)
            terminal.until("Press r to run")
            terminal.until_quiet()
            start = len(terminal.raw)
            terminal.press("2")
            taken.append(_until_sent(terminal, b"data", start))
            terminal.press("x")
            terminal.until("■ stopped")
    yield Row("run asked to first picture, warm", 1000 * statistics.median(taken), "ms", 200)


async def recovery_rows(rounds: int) -> list[Row]:
    """A run that misbehaves is stopped and the next asked for at once: until its first frame."""
    runs = Runs()
    await runs.engine.start()
    found = []
    for fault, words in FAULTS.items():
        taken = [await _recovery(runs, fault) for _ in range(rounds)]
        what = f"{words}, stopped: next run's first frame"
        found.append(Row(what, 1000 * statistics.median(taken), "ms", 300))
    await runs.engine.close()
    return found


async def _recovery(runs: Runs, fault: str) -> float:
    """Seconds from the stop to the first picture of the next run."""
    knobs: dict[str, Any] = {"megabytes": 1 << 20} if fault == "flood" else {}
    stuck = runs.start(fault, **knobs)
    await runs.until(Samples, stuck)
    began = time.monotonic()
    runs.engine.stop(stuck)
    following = runs.start("fit", "training", epochs=1)
    await runs.until(Shown, following)
    taken = time.monotonic() - began
    await runs.ended(stuck)
    await runs.ended(following)
    runs.forget()
    return taken


def watched_rows(environment: dict[str, str], rounds: int, epochs: int) -> Iterator[Row]:
    """Steps a second in the app, against the same generator drained in a loop, in turn."""
    ratios = []
    with _lesson(environment) as terminal:
        type_value(terminal, "epochs", str(epochs))
        for _ in range(rounds):
            alone = subprocess.run(
                (*DRAINED, str(epochs)), env=environment, capture_output=True, text=True, check=True
            )
            start = len(terminal.raw)
            terminal.press("r")
            terminal.until(partial(_has_begun, start))
            first, began = _epoch(terminal), time.monotonic()
            _until_sent(terminal, b"finished", start, 300)
            watched = 200 * (epochs - first) / (time.monotonic() - began)
            ratios.append(watched / float(alone.stdout))
    yield Row("training watched / drained", statistics.median(ratios), "times", 0.95, least=True)


def _has_begun(start: int, terminal: Terminal) -> bool:
    """Whether a run goes on, or has even ended since the byte ``start``."""
    return "● running" in terminal.text or b"finished" in terminal.raw[start:]


def _epoch(terminal: Terminal) -> int:
    found = re.search(r"epoch (\d+)/", terminal.text)
    return int(found[1]) if found else 0


def busy_rows(environment: dict[str, str], seconds: float, keys: int) -> Iterator[Row]:
    """Keys and bytes while the plain loop trains at full speed, and bytes when nothing does."""
    with _lesson(environment) as terminal:
        type_value(terminal, "epochs", "2000")
        terminal.press("r")
        terminal.until("● running")
        terminal.listen(2.0)
        sent = terminal.listen(seconds) / seconds
        waits = sorted(_focus_moves(terminal, keys))
        terminal.press("x")
        terminal.until("■ stopped")
        terminal.until_quiet()
        idle = terminal.listen(seconds)
    yield Row("key to paint while training, median", 1000 * statistics.median(waits), "ms")
    yield Row("key to paint while training, p95", 1000 * waits[int(0.95 * len(waits))], "ms", 50)
    yield Row("sent while training, growing axes", sent / 1000, "kB/s", 50)
    yield Row("sent while idle", idle, "bytes", 0)


def steady_rows(environment: dict[str, str], seconds: float) -> Iterator[Row]:
    """Bytes of a line that moves inside fixed limits, twenty frames a second."""
    with _opened((*PRACTICE, "drill"), environment) as terminal:
        terminal.until("A short one")
        turn_to(terminal, "Steady")
        terminal.press("r")
        terminal.until("● running")
        terminal.listen(2.0)
        sent = terminal.listen(seconds) / seconds
    yield Row("sent while a line moves, fixed limits", sent / 1000, "kB/s", 15)


def _focus_moves(terminal: Terminal, keys: int) -> Iterator[float]:
    """Seconds until the mark of the focus is painted beside another knob."""
    for number in range(keys):
        start = len(terminal.raw)
        terminal.press("down" if number % 2 else "up")
        yield _until_sent(terminal, "‹".encode(), start)
        terminal.listen(0.07)


def memory_rows(environment: dict[str, str], steps: int) -> Iterator[Row]:
    """How much the screen's process grows over a long run."""
    with _opened((*PRACTICE, "drill"), environment) as terminal:
        terminal.until("Press r to run")
        turn_to(terminal, "Descend")
        for wanted in (max(steps // 20, 1), steps):
            type_value(terminal, "steps", str(wanted))
            terminal.press("r")
            terminal.until("✓ finished", 300)
            terminal.until_quiet()
            if wanted != steps:
                before = psutil.Process(terminal.process.pid).memory_info().rss
                terminal.press("n", "p")
                terminal.until("Press r to run")
        grown = psutil.Process(terminal.process.pid).memory_info().rss - before
    yield Row(f"screen's memory over a run of {steps:,} steps", grown / (1 << 20), "MB", 10)


def seed_rows(environment: dict[str, str]) -> Iterator[Row]:
    """Two runs with one seed."""
    command = (*TOCHA, "run", "training.fit", "--set", "epochs=3", "--seed", "7", "--json")
    ends = {
        re.sub(rb'"seconds":[^,}]*', b"", out.splitlines()[-1])
        for out in (
            subprocess.run(command, env=environment, capture_output=True, check=True).stdout
            for _ in range(2)
        )
    }
    yield Row("different endings of two runs with one seed", len(ends) - 1, "", 0)
