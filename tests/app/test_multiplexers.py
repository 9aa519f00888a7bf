"""The app inside real tmux and screen: drawn, run, resized, left; and what is typed is kept."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.environment import clean
from tests.terminal import TOCHA, Terminal

PLACE = "1/"
"""Stands in the head of every lesson's first page."""


def needs(name: str) -> pytest.MarkDecorator:
    """Skips where the program is not installed."""
    return pytest.mark.skipif(shutil.which(name) is None, reason=f"{name} is not installed")


INSIDE = {
    "tmux": ["tmux", "-L", "{socket}", "-f", "/dev/null", "new-session", "--"],
    "screen": ["screen", "-c", "/dev/null", "-S", "{socket}", "-m", "--"],
}
"""How each starts a program, with nobody's settings."""

MULTIPLEXERS = [pytest.param(name, marks=needs(name)) for name in INSIDE]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[list[Terminal]]:
    """Terminals that end with the test."""
    terminals: list[Terminal] = []
    yield terminals
    for terminal in terminals:
        terminal.__exit__()


def start(name: str, folder: Path, *words: str) -> Terminal:
    """The app in a multiplexer in a terminal of 80 by 24."""
    (folder / "sockets").mkdir(mode=0o700, exist_ok=True)
    places = {"TMUX_TMPDIR": str(folder / "sockets"), "SCREENDIR": str(folder / "sockets")}
    command = [part.replace("{socket}", "tocha-test") for part in INSIDE[name]]
    environment = clean(folder / "home") | places | {"LANG": "C.UTF-8"}
    environment.pop("TMUX", None)
    environment.pop("STY", None)
    return Terminal(
        [*command, *TOCHA, *words],
        environment=environment,
        columns=80,
        rows=24,
        cwd=folder,
    )


@pytest.mark.parametrize("name", MULTIPLEXERS)
def test_letters_arrive_and_are_kept(name: str, tmp_path: Path, opened: list[Terminal]) -> None:
    terminal = start(name, tmp_path, "scratch")
    opened.append(terminal)
    terminal.until("import torch")
    terminal.press(*"zqxw")
    terminal.until("zqxw")
    terminal.press("ctrl+q")
    terminal.exit_status()
    again = start(name, tmp_path, "scratch")
    opened.append(again)
    again.until("zqxw")


@pytest.mark.parametrize("name", MULTIPLEXERS)
def test_a_run_is_drawn_at_each_new_size_and_nothing_stays(
    name: str, tmp_path: Path, opened: list[Terminal]
) -> None:
    terminal = start(name, tmp_path, "training")
    opened.append(terminal)
    terminal.until(PLACE)
    terminal.press("2")
    terminal.until("✓ finished")
    for columns, rows in [(60, 18), (40, 12), (120, 40)]:
        terminal.resize(columns, rows)
        terminal.until("Tocha needs a window of" if columns == 40 else "✓ finished")
    terminal.until("The run shows the model")
    terminal.until("? Help q Quit")
    terminal.press("q")
    assert terminal.exit_status() == 0
    assert not terminal.left_alive()


@needs("tmux")
def test_what_tmux_holds_is_what_was_drawn(tmp_path: Path, opened: list[Terminal]) -> None:
    terminal = start("tmux", tmp_path, "tensors")
    opened.append(terminal)
    terminal.until(PLACE)
    terminal.until_quiet(1.0)
    held = subprocess.run(
        ["tmux", "-L", "tocha-test", "capture-pane", "-p"],
        env=clean(tmp_path / "home") | {"TMUX_TMPDIR": str(tmp_path / "sockets")},
        capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    rows = terminal.text.splitlines()
    # The last row is tmux' own.
    assert [row.rstrip() for row in held[:22]] == [row.rstrip() for row in rows[:22]]
