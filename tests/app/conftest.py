"""The app on the tests' own lesson, opened once for tests that leave it as they found it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing

import pytest

from lessons.store import open_store
from tests.environment import clean
from tests.terminal import Terminal

PRACTICE = (sys.executable, "-P", "-m", "tests.practice")


@pytest.fixture(scope="session")
def opened_drill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """The app with a warm engine: starting one takes seconds."""
    environment = clean(tmp_path_factory.mktemp("home"))
    with Terminal(PRACTICE, environment=environment) as terminal:
        terminal.until("engine ready")
        yield terminal


@pytest.fixture
def drill(opened_drill: Terminal) -> Terminal:
    """The same app at the first page of the lesson, as if it had never been opened."""
    while "Learn PyTorch by running it" not in opened_drill.text:
        opened_drill.press("escape")
        opened_drill.wait_for("Learn PyTorch by running it", seconds=2)
    # What the lesson leaves behind is written by and by.
    opened_drill.until_quiet()
    with closing(open_store(opened_drill.home)) as store:
        store.forget("drill")
    opened_drill.press("enter")
    opened_drill.until("A short one")
    opened_drill.until("Press r to run")
    return opened_drill
