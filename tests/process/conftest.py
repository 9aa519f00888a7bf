"""What a run leaves behind, told from what was there before it."""

from __future__ import annotations

import os
from collections.abc import Callable

import psutil
import pytest

from tests.environment import MARK, left_alive, marked
from tests.runs import Runs

LeftBehind = Callable[[], list[str]]


@pytest.fixture
def left_behind(engine: Runs) -> LeftBehind:
    """Asks which processes are still alive that this test has started.

    PyTorch keeps compilers beside a process that compiles, this one for example.
    """
    pid = engine.engine.pid
    assert pid is not None
    ours = {pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))}
    before = {process.pid for process in marked(os.environ[MARK])} - ours
    return lambda: left_alive(os.environ[MARK], keep={pid, *before})
