"""The surroundings of every test and every figure, whatever the shell outside looks like."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent
"""The folder that holds ``tui``, ``lessons``, ``engine`` and ``tests``."""

MARK = "TOCHA_TEST_MARK"
"""A variable whose value every process of one test inherits, however it was started."""

UNWANTED = ("TEXTUAL", "TOCHA_", "PYTHON", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "OMP_")


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


def left_alive(mark: str, *, keep: Iterable[int] = (), seconds: float = 20.0) -> list[str]:
    """Processes with this mark that are still alive after ``seconds``; returns once none is."""
    spared = set(keep)
    alive = [process for process in marked(mark) if process.pid not in spared]
    psutil.wait_procs(alive, timeout=seconds)
    # What was started meanwhile counts too.
    return [str(process) for process in marked(mark) if process.pid not in spared]
