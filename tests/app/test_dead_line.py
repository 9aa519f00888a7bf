"""A line that stalls, and then dies: nothing of the app lives on, nothing typed is lost."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lessons.store import open_store
from tests.app.hanging import HANGS
from tests.conftest import Opener
from tests.environment import clean, seconds
from tests.slow_terminal import SlowTerminal
from tests.terminal import TOCHA, Terminal

Ending = Callable[[Terminal], None]

ENDINGS: dict[str, Ending] = {
    "hung up": Terminal.hang_up,
    "SIGHUP": lambda terminal: terminal.send(signal.SIGHUP),
    "SIGTERM": lambda terminal: terminal.send(signal.SIGTERM),
}

PLACES = {
    "home": ((), "Learn PyTorch by running it"),
    "lesson": (("training",), "Press r to run"),
    "scratch": (("scratch",), "ctrl+r runs the code"),
    "museum": (("museum",), "Museum"),
}

TYPED = "# kept"


def ignore_hang_up() -> None:
    """What nohup does before it starts a program."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


@pytest.fixture
def open_slow(tmp_path: Path) -> Iterator[Callable[..., SlowTerminal]]:
    """Open the app at the far end of a line that carries all there is, until it stalls."""
    opened = []

    def start(*words: str, before: Callable[[], None] | None = None) -> SlowTerminal:
        terminal = SlowTerminal(
            [*TOCHA, *words],
            environment=clean(tmp_path / "home"),
            cwd=tmp_path,
            before=before,
            rate=10e6,
            delay=0.0,
            buffer=20_000,
        )
        opened.append(terminal)
        return terminal

    yield start
    for terminal in opened:
        terminal.__exit__()


def stall(terminal: SlowTerminal, duration: float) -> None:
    """Nothing is carried any more, while what is typed goes on changing the screen."""
    terminal.is_stalled = True
    end = time.monotonic() + duration
    while time.monotonic() < end:
        terminal.press("ctrl+l")
        terminal.listen(0.05)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("place", PLACES)
def test_nothing_lives_on(open_slow: Callable[..., SlowTerminal], place: str, ending: str) -> None:
    words, shown = PLACES[place]
    terminal = open_slow(*words)
    terminal.until(shown)
    stall(terminal, 1.5)
    ENDINGS[ending](terminal)
    terminal.process.wait(seconds(20))
    assert terminal.left_alive() == []


def test_nor_where_hang_ups_are_ignored(open_slow: Callable[..., SlowTerminal]) -> None:
    terminal = open_slow("training", before=ignore_hang_up)
    terminal.until("Press r to run")
    stall(terminal, 1.0)
    terminal.hang_up()
    terminal.process.wait(seconds(20))
    assert terminal.left_alive() == []


@pytest.mark.parametrize("before", [None, ignore_hang_up], ids=["hung up", "hang-ups ignored"])
def test_nor_an_app_that_hangs(
    open_terminal: Opener, tmp_path: Path, before: Callable[[], None] | None
) -> None:
    terminal = open_terminal(sys.executable, "-P", "-m", "tests.app.hanging", before=before)
    terminal.until("import torch")
    terminal.send(signal.SIGUSR1)
    while not (tmp_path / HANGS).exists():
        terminal.read(0.1)
    terminal.hang_up()
    terminal.process.wait(seconds(20))
    assert terminal.left_alive() == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_was_typed_is_kept(
    open_slow: Callable[..., SlowTerminal], tmp_path: Path, ending: str
) -> None:
    (tmp_path / "mine.py").write_text("print(1)\n")
    terminal = open_slow("scratch", "mine.py")
    terminal.until("print(1)")
    terminal.is_stalled = True
    terminal.press(*TYPED)
    terminal.listen(0.3)
    ENDINGS[ending](terminal)
    terminal.process.wait(seconds(20))
    with closing(open_store(terminal.home)) as store:
        (draft,) = store.drafts.all()
    assert draft.text.startswith(TYPED)
