"""``tocha scratch`` and ``tocha check`` with files that are no source."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import Opener
from tests.environment import clean
from tests.terminal import TOCHA

BINARY = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


def tocha(folder: Path, *words: str) -> tuple[int, str]:
    """Exit status and errors of a command."""
    done = subprocess.run(
        [*TOCHA, *words], env=clean(folder), cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (BINARY, "x.bin is no text: byte 8 is zero"),
        (b"x = 1\n" * 2_000_000, "x.bin has 12.0 MB"),
        (b"x = 1\n" * 100_000, "a page holds 0.2 MB"),
        (b"# coding: martian\n", "x.bin is no text: unknown encoding"),
    ],
)
def test_no_page_is_opened_for_what_is_no_source(tmp_path: Path, data: bytes, why: str) -> None:
    (tmp_path / "x.bin").write_bytes(data)
    status, errors = tocha(tmp_path, "scratch", "x.bin")
    assert status == 2
    assert why in errors
    assert len(errors.splitlines()) == 1


@pytest.mark.parametrize(("name", "why"), [(".", "directory"), ("no/such/a.py", "no folder")])
def test_no_page_is_opened_for_what_can_be_no_file(tmp_path: Path, name: str, why: str) -> None:
    status, errors = tocha(tmp_path, "scratch", name)
    assert (status, why in errors) == (2, True)


@pytest.mark.parametrize("data", [BINARY, b"\xff\xfe\xfa" * 99, b"x = 1\n" * 2_000_000])
def test_no_check_is_run_of_what_is_no_source(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.bin").write_bytes(data)
    status, errors = tocha(tmp_path, "check", "optimizers/walk-downhill", "x.bin")
    assert status == 2
    assert errors.startswith("tocha: ")
    assert len(errors.splitlines()) == 1


def test_the_page_opens_on_a_file_and_runs_it(open_terminal: Opener, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import torch\nprint(torch.ones(3).sum().item() + 39)\n")
    terminal = open_terminal(*TOCHA, "scratch", "a.py")
    terminal.until("as on disk")
    terminal.press("ctrl+r")
    terminal.until("42.0")
    terminal.until("finished")
    terminal.press("escape", "escape")
    terminal.until("w Scratch page")
    terminal.press("m")
    terminal.until("type to filter")
    terminal.press("escape")
    terminal.until("Learn PyTorch by running it")
    terminal.press("q")
    assert terminal.exit_status() == 0
    assert terminal.left_alive() == []
