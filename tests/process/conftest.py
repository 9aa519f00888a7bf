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
    pid, guardian = engine.engine.pid, engine.engine.guardian
    assert pid is not None
    assert guardian is not None
    ours = {guardian, *(child.pid for child in psutil.Process(guardian).children(recursive=True))}
    before = {process.pid for process in marked(os.environ[MARK])} - ours
    return lambda: left_alive(os.environ[MARK], keep={pid, guardian, *before})
