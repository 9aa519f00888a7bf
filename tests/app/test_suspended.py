"""Stopped and continued, by the shell (ctrl+z, fg) or from outside (SIGSTOP): as if nothing was."""

from __future__ import annotations

import random
import shlex
import signal
import string

import psutil
import pytest

from tests.conftest import Opener
from tests.terminal import TOCHA, Terminal


def threads(terminal: Terminal) -> int:
    """How many threads the app has."""
    return int(psutil.Process(terminal.process.pid).num_threads())


def is_stopped(terminal: Terminal) -> bool:
    """Whether the app stands still."""
    return bool(psutil.Process(terminal.process.pid).status() == psutil.STATUS_STOPPED)


@pytest.mark.parametrize("typed_meanwhile", ["", "zyx"], ids=["quiet", "typing"])
def test_a_stop_from_outside_mixes_up_no_letters(
    typed_meanwhile: str, open_terminal: Opener
) -> None:
    terminal = open_terminal(*TOCHA, "scratch", columns=80, rows=24)
    terminal.until("import torch")
    terminal.until_quiet()
    before = threads(terminal)
    chance = random.Random(0)
    written = ""
    for _ in range(4):
        terminal.send(signal.SIGSTOP)
        while not is_stopped(terminal):
            terminal.read(0.01)
        terminal.press(*typed_meanwhile)
        terminal.send(signal.SIGCONT)
        letters = "".join(chance.choices(string.ascii_lowercase, k=12))
        terminal.press(*letters)
        written += typed_meanwhile + letters
        terminal.until(written)
    assert threads(terminal) <= before
    terminal.press("ctrl+q")
    assert terminal.exit_status() == 0
    assert terminal.modes == terminal.modes_before


def test_ctrl_z_gives_the_shell_back_and_fg_the_app(open_terminal: Opener) -> None:
    terminal = open_terminal(
        "bash", "--norc", "--noprofile", "-i", columns=80, rows=24, PS1="shell> "
    )
    terminal.press(*f"{shlex.join(TOCHA)} training", "enter")
    terminal.until("1/12")
    terminal.until("Think before you run")
    terminal.until_quiet()
    whole = terminal.text
    for _ in range(2):
        terminal.press("ctrl+z")
        terminal.until("Stopped")
        terminal.press(*"echo a$((6*7))b", "enter")
        terminal.until("a42b")
        terminal.press(*"fg", "enter")
        terminal.until(lambda t: t.text == whole)
    terminal.press("n")
    terminal.until("2/12")
    terminal.press("ctrl+q")
    terminal.until("shell>")
    terminal.press(*"echo c$((6*7))d; exit", "enter")
    terminal.until("c42d")
    assert terminal.exit_status() == 0
