"""Streams that are closed, full or read by nobody: a sentence and a status, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.shell import in_shell
from tests.environment import ROOT
from tui.cli import main

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


EVERY = {
    "attach": (),
    "bugs": (),
    "check": ("tensors/standardise", str(ROOT / "README.md")),
    "doctor": (),
    "exercise": (),
    "explain": (str(ROOT / "README.md"),),
    "export-progress": ("-",),
    "gallery": (),
    "grade": (str(ROOT / "tests" / "nothing"),),
    "import-progress": (str(ROOT / "nothing"),),
    "list": (),
    "museum": (),
    "open": ("training",),
    "progress": (),
    "reset": ("training", "--yes"),
    "run": ("training.fit", "--set", "epochs=2"),
    "scratch": (),
    "watch": (str(ROOT / "tests" / "__init__.py"),),
}
"""Every command there is, with words that go with it."""

STREAMS = {
    "input closed": "<&-",
    "output closed": ">&-",
    "errors closed": "2>&-",
    "output full": ">/dev/full",
    "all full": ">/dev/full 2>/dev/full",
    "all closed": "<&- >&- 2>&-",
}


def test_every_command_is_tried() -> None:
    assert set(EVERY) == set(main.commands)


@pytest.mark.parametrize("streams", STREAMS.values(), ids=STREAMS)
@pytest.mark.parametrize("command", EVERY)
def test_no_stream_brings_a_traceback(command: str, streams: str, tmp_path: Path) -> None:
    status, complaint = said((command, *EVERY[command]), tmp_path, streams)
    assert status in (0, 1, 2)
    assert complaint == "" or complaint.startswith("tocha: ")
    assert complaint.count("\n") <= 1
    if streams == ">&-":
        assert (status, complaint) == (2, "tocha: standard output is closed\n")


def said(words: tuple[str, ...], folder: Path, output: str) -> tuple[int, str]:
    """Status and complaint of a command whose output is ``output``, in the shell's words."""
    done = in_shell(words, folder, output=output)
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
