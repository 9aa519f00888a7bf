"""The surroundings of every test and every figure, whatever the shell outside looks like."""

from __future__ import annotations

import os
import subprocess
import time
import uuid
from collections.abc import Iterable
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent
"""The folder that holds ``tui``, ``lessons``, ``engine`` and ``tests``."""

MARK = "TOCHA_TEST_MARK"
"""A variable whose value every process of one test inherits, however it was started."""

UNWANTED = ("TEXTUAL", "TOCHA_", "PYTHON", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "OMP_")


QUIET_SECONDS = 0.035
"""How long `_work` takes on the machine that bounds were written for, when nothing else runs."""

MOST_SLOW = 8.0
"""No machine is slower than this for long: something hangs."""

_measured: list[tuple[float, float]] = [(float("-inf"), 1.0)]


def _work() -> None:
    """A bit of everything that tests wait for: arithmetic, a process, its end."""
    for _ in range(3):
        sum(range(400_000))
        subprocess.run(["true"], check=True)


def slowness() -> float:
    """How many times slower than a quiet machine this one is now, 1 at least; measured anew at
    most every five seconds, and the slower of the last two counts."""
    moment, _ = _measured[-1]
    if time.monotonic() - moment > 5.0:
        began = time.monotonic()
        _work()
        now = time.monotonic()
        _measured[:] = [_measured[-1], (now, (now - began) / QUIET_SECONDS)]
    return min(MOST_SLOW, max(1.0, *(times for _, times in _measured)))


def seconds(bound: float) -> float:
    """A bound for what must come, on a quiet machine, as seconds on this one as busy as it is."""
    return bound * slowness()


def clean(home: Path, outside: Iterable[tuple[str, str]] = ()) -> dict[str, str]:
    """The outer environment without what changes how Tocha looks or where it keeps things."""
    kept = {
        name: value
        for name, value in (outside or os.environ.items())
        if not name.startswith(UNWANTED)
    }
    return kept | {
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LC_ALL": "C.UTF-8",
        "TOCHA_HOME": str(home),
        # Servers start with -P: they find the tests' own experiments only when told where.
        "PYTHONPATH": str(ROOT),
        MARK: uuid.uuid4().hex,
    }


def marked(mark: str) -> list[psutil.Process]:
    """Every living process that inherited this mark, daemons and orphans included."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def left_alive(mark: str, *, keep: Iterable[int] = ()) -> list[str]:
    """Processes with this mark that are still alive a while later; returns once none is."""
    spared = set(keep)
    alive = [process for process in marked(mark) if process.pid not in spared]
    psutil.wait_procs(alive, timeout=seconds(20.0))
    # What was started meanwhile counts too.
    return [described(process) for process in marked(mark) if process.pid not in spared]


def described(process: psutil.Process) -> str:
    """A process in words that tell which test left it."""
    try:
        words = " ".join(process.cmdline())
        return f"{process.pid} of {process.ppid()}, {process.status()}: {words[:160]}"
    except psutil.Error as gone:
        return str(gone)
