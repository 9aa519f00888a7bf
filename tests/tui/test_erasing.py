"""Terminals that erase in the colour they write in are told from those that do not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.environment import clean

ASKS = "from tui.terminal.erasing import erases_in_color; print(erases_in_color(1))"


@pytest.mark.parametrize(
    ("changed", "erases"),
    [
        ({"TERM": "xterm-256color"}, "True"),
        ({"TERM": "xterm-256color", "STY": "1.pts-0"}, "False"),
        ({"TERM": "vt100"}, "False"),
        ({"TERM": "there is none of that name"}, "False"),
    ],
)
def test_it_is_as_the_description_says(
    changed: dict[str, str], erases: str, tmp_path: Path
) -> None:
    command = [sys.executable, "-P", "-c", ASKS]
    environment = clean(tmp_path) | changed
    assert subprocess.check_output(command, env=environment, text=True).strip() == erases
