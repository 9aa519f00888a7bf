"""The app on the tests' own lesson, opened once for tests that leave it as they found it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

import pytest

from tests.environment import clean
from tests.terminal import Terminal

PLACE = re.compile(r"Drill +\d+/\d+")
"""The head of the lesson."""

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
    """The same app at the first page of the lesson, nothing touched, nothing running."""
    while "Learn PyTorch by running it" not in opened_drill.text:
        opened_drill.press("escape")
        opened_drill.wait_for("Learn PyTorch by running it", seconds=2)
    opened_drill.until(lambda t: "▕" not in t.text)
    opened_drill.press("enter")
    opened_drill.until(lambda t: PLACE.search(t.text))
    # It opens where the last test left it, and a page that is turned to is untouched.
    opened_drill.press("n", *"p" * 20)
    opened_drill.until(" 1/")
    opened_drill.until("A short one")
    return opened_drill
