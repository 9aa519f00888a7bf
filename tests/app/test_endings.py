"""However the app ends, the terminal is given back and nothing of it lives on."""

from __future__ import annotations

import os
import signal

import psutil
import pytest

from tests.app.conftest import PRACTICE
from tests.app.reading import turn_to
from tests.conftest import Opener
from tests.environment import marked, seconds
from tests.terminal import LEFT_ALTERNATE_SCREEN, SHOWN_CURSOR, Terminal


@pytest.fixture
def running(open_terminal: Opener) -> Terminal:
    """The app with a run that hears nothing."""
    terminal = open_terminal(*PRACTICE, "drill")
    terminal.until("A short one")
    turn_to(terminal, "Deaf")
    terminal.press("r")
    terminal.until("● loss 1.000")
    assert len(marked(terminal.mark)) >= 3, "the app, the server, the run"
    return terminal


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM], ids=lambda n: n.name)
def test_a_signal_it_can_hear_gives_the_terminal_back(
    running: Terminal, number: signal.Signals
) -> None:
    running.send(number)
    running.exit_status()
    assert running.modes == running.modes_before
    assert LEFT_ALTERNATE_SCREEN in running.raw
    assert SHOWN_CURSOR in running.raw
    assert running.left_alive() == []


def test_quitting_gives_the_terminal_back(running: Terminal) -> None:
    running.press("q")
    assert running.exit_status() == 0
    assert running.modes == running.modes_before
    assert LEFT_ALTERNATE_SCREEN in running.raw
    assert running.left_alive() == []


def test_killed_it_leaves_no_process(running: Terminal) -> None:
    running.send(signal.SIGKILL)
    assert running.exit_status() == -signal.SIGKILL
    assert running.left_alive() == []


def test_when_the_connection_drops_it_ends(running: Terminal) -> None:
    running.hang_up()
    running.exit_status()
    assert running.left_alive() == []


def ignore_hang_up() -> None:
    """What nohup does before it starts a program."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def test_when_the_connection_drops_and_nobody_may_say_so_it_ends(open_terminal: Opener) -> None:
    terminal = open_terminal(*PRACTICE, "drill", before=ignore_hang_up)
    terminal.until("A short one")
    terminal.hang_up()
    terminal.exit_status()
    assert terminal.left_alive() == []


def test_when_the_server_is_killed_the_run_says_so_and_the_next_one_works(
    running: Terminal,
) -> None:
    guardian = next(p for p in marked(running.mark) if "engine.process.server" in p.cmdline())
    (server,) = guardian.children()
    runs = server.children()
    os.kill(server.pid, signal.SIGKILL)
    running.until("ended with the engine, which died")
    assert psutil.wait_procs(runs, timeout=seconds(30))[1] == []
    running.press("r")
    running.until("● loss 1.000")
    running.until("● running")
