"""From one cell to a wall of them: the screen fits, and nothing breaks on the way."""

from __future__ import annotations

import random

from tests.app.conftest import PRACTICE
from tests.app.reading import ended
from tests.conftest import Opener


def test_on_a_small_terminal_reading_and_running_are_tabs(open_terminal: Opener) -> None:
    terminal = open_terminal(*PRACTICE, "drill", columns=80, rows=24)
    terminal.until("A run that behaves")
    terminal.until("read  run")
    assert "Press r to run" not in terminal.text
    terminal.press("v")
    terminal.until("Press r to run")
    assert "A run that behaves" not in terminal.text
    terminal.press("v")
    terminal.until("A run that behaves")
    terminal.press("r")
    terminal.until(ended())
    terminal.until("● loss")
    assert all(len(row) <= 80 for row in terminal.text.splitlines())


def test_a_storm_of_sizes_leaves_a_whole_picture(open_terminal: Opener) -> None:
    terminal = open_terminal(*PRACTICE, "drill")
    terminal.until("A long one")
    terminal.press("2")
    terminal.until("● running")
    chance = random.Random(0)
    sizes = [(1, 1), (2, 2), (200, 1), (1, 50), (200, 50), (80, 24), (3, 3), (10, 2)]
    sizes += [(chance.randint(1, 200), chance.randint(1, 50)) for _ in range(40)]
    for columns, rows in sizes:
        terminal.resize(columns, rows)
        terminal.read(0.02)
    for columns, rows in [(200, 50), (80, 24), (120, 40)]:
        terminal.resize(columns, rows)
        terminal.until("loss   ● loss")
        terminal.until("q Quit")
    terminal.until("● running")
    terminal.until("A run that behaves")
    terminal.press("x")
    terminal.until(ended("stopped"))
    # A complete new painting must look like what all the changes came to.
    terminal.until_quiet()
    seen = terminal.text
    terminal.press("ctrl+l")
    terminal.until_quiet()
    assert terminal.text == seen


def test_a_window_made_small_and_large_again_at_once_is_whole(open_terminal: Opener) -> None:
    terminal = open_terminal(*PRACTICE, "drill")
    terminal.until("A long one")
    terminal.until_quiet()
    whole = terminal.text
    terminal.resize(40, 10)
    terminal.resize(120, 40)
    assert terminal.text != whole
    terminal.until(lambda t: t.text == whole)
