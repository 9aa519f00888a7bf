"""Exercises as the learner has them: from the key to the verdict on the screen, and typing."""

from __future__ import annotations

import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from lessons.format.catalog import exercises
from lessons.format.exercises import Exercise
from tests.bench.row import Row
from tests.bench.verdicts import LIMIT, percentile
from tests.environment import clean
from tests.terminal import TOCHA, Terminal


def rows(*, short: bool = False) -> Iterator[Row]:
    """All figures; ``short`` only checks that they can be taken."""
    tasks = exercises()[:2] if short else exercises()
    with tempfile.TemporaryDirectory() as home:
        command = (*TOCHA, "exercise", tasks[0].name, "--open")
        with Terminal(command, environment=clean(Path(home))) as terminal:
            first = [judged(terminal, task) for task in tasks]
            again = [pressed(terminal) for _ in range(1 if short else 20)]
            typing = [typed(terminal, letter) for letter in "learning"[: 2 if short else 8] * 5]
    # The very first check waited for the engine to start.
    taken = [seconds for task in first for seconds in task][1:]
    yield Row("ctrl+r → verdict on the screen, all exercises, median", percentile(taken, 0.5), "s")
    yield Row(
        "ctrl+r → verdict on the screen, all exercises, p95", percentile(taken, 0.95), "s", LIMIT
    )
    yield Row("the same check again and again, p95", percentile(again, 0.95), "s", LIMIT)
    seconds, sizes = zip(*typing, strict=True)
    yield Row(
        "a letter in the editor → on the screen, median", statistics.median(seconds), "s", 0.1
    )
    yield Row("a letter in the editor, median", statistics.median(sizes), "bytes", 300)


def judged(terminal: Terminal, task: Exercise) -> list[float]:
    """Seconds to the verdict on the stub, and on the solution; then the next exercise is open."""
    terminal.until(task.title)
    terminal.until("ctrl+r checks your code")
    terminal.until("F4 Hint")
    stub = pressed(terminal)
    terminal.press("f7", "delete")
    terminal.pour(b"\x1b[200~" + task.solution.encode() + b"\x1b[201~")
    terminal.until_quiet()
    solution = pressed(terminal)
    if task.name != exercises()[-1].name:
        terminal.press("ctrl+n")
        terminal.until(lambda t: task.title not in t.text)
    return [stub, solution]


def pressed(terminal: Terminal) -> float:
    """Seconds from ctrl+r to the verdict; the count of tries goes up with it."""
    terminal.until_quiet()
    before, began = tries(terminal), time.perf_counter()
    terminal.press("ctrl+r")
    terminal.until(lambda t: tries(t) > before)
    return time.perf_counter() - began


def tries(terminal: Terminal) -> int:
    """How often this exercise was checked, as the first row says."""
    found = re.search(r"(\d+) tr(?:y|ies)", terminal.text)
    return int(found[1]) if found else 0


def typed(terminal: Terminal, letter: str) -> tuple[float, int]:
    """Seconds until a letter shows, and how many bytes that took."""
    terminal.until_quiet()
    before, began = terminal.received, time.perf_counter()
    terminal.press(letter)
    terminal.until(lambda t: t.received > before)
    seconds = time.perf_counter() - began
    terminal.until_quiet()
    return seconds, terminal.received - before
