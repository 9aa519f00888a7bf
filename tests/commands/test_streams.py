"""Streams that are closed, full or read by nobody: a sentence and a status, never a traceback."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest

from tests.environment import clean, seconds
from tests.terminal import TOCHA

WRITING = [
    ("list",),
    ("--help",),
    ("gallery",),
    ("progress",),
    ("exercise",),
    ("doctor",),
    ("run", "training.fit", "--set", "epochs=2", "--plain"),
    ("run", "training.fit", "--set", "epochs=2", "--json"),
]
"""Commands that have something to say whatever the folder holds."""


def said(words: tuple[str, ...], folder: Path, output: str) -> tuple[int, str]:
    """Status and complaint of a command whose output is ``output``, in the shell's words."""
    line = f"exec {shlex.join([*TOCHA, *words])} {output}"
    done = subprocess.run(
        ["sh", "-c", line],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=clean(folder),
        timeout=seconds(60),
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("words", WRITING, ids=" ".join)
def test_a_full_output_is_told(words: tuple[str, ...], tmp_path: Path) -> None:
    status, complaint = said(words, tmp_path, ">/dev/full")
    assert complaint == "tocha: the output cannot be written: no space left on device\n"
    assert status == 1


@pytest.mark.parametrize("words", [WRITING[0], WRITING[-1], ()], ids=" ".join)
def test_a_closed_output_is_told(words: tuple[str, ...], tmp_path: Path) -> None:
    assert said(words, tmp_path, ">&-") == (2, "tocha: standard output is closed\n")


def test_a_closed_input_is_no_obstacle(tmp_path: Path) -> None:
    assert said(WRITING[-1], tmp_path, "<&-") == (0, "")


def test_where_nobody_can_hear_the_status_still_tells(tmp_path: Path) -> None:
    assert said(WRITING[-1], tmp_path, ">/dev/full 2>&-") == (1, "")


def test_a_reader_that_has_seen_enough_is_no_failure_worth_a_word(tmp_path: Path) -> None:
    assert said(WRITING[-1], tmp_path, "| true") == (0, "")
