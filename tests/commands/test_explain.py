"""``tocha explain``: real tracebacks of real programs, and everything that is none."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environment import ROOT, clean, seconds
from tests.terminal import TOCHA

LAYER = "import torch\nx = torch.ones(4, 8)\nnet = torch.nn.Linear(10, 5)\ny = net(x) + 1\n"

WRITTEN = """\
Traceback (most recent call last):
  File "train.py", line 4, in <module>
    y = net(x) + 1
        ^^^^^^
  File "/venv/lib/python3.11/site-packages/torch/nn/modules/linear.py", line 134, in forward
    return F.linear(input, self.weight, self.bias)
RuntimeError: mat1 and mat2 shapes cannot be multiplied (4x8 and 10x5)
"""


def explain(folder: Path, *words: str, given: bytes = b"") -> tuple[int, str, str]:
    """Exit status, output and errors of the command."""
    done = subprocess.run(
        [*TOCHA, "explain", *words],
        input=given,
        env=clean(folder) | {"COLUMNS": "90"},
        cwd=folder,
        capture_output=True,
        timeout=seconds(100),
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_a_program_that_fails_is_piped_in(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(LAYER)
    failed = subprocess.run(
        [sys.executable, "train.py"], cwd=tmp_path, capture_output=True, check=False
    )
    status, said, errors = explain(tmp_path, given=failed.stderr)
    assert (status, errors) == (0, "")
    assert "made for 10 features a sample, and it got 8" in said.replace("\n", " ")
    assert "`net(x)` (line 4)" in said
    assert "Fix     Make it `nn.Linear(8, 5)`" in said
    assert "Read    Models and losses, page 2: Follow the shapes (tocha models)" in said


def test_as_json(tmp_path: Path) -> None:
    (tmp_path / "train.log").write_text("noise\n" + WRITTEN + "more noise\n")
    status, said, _ = explain(tmp_path, "train.log", "--json")
    told = json.loads(said)
    assert status == 0
    assert told["known"] is True
    assert (told["error"], told["line"], told["source"]) == ("RuntimeError", 4, "y = net(x) + 1")
    assert (told["rule"], told["page"]) == ("linear-features", "models/follow-the-shapes")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (b"", "There is no error in this text"),
        (b"step 1 loss 0.5\nstep 2 loss 0.4\n", "There is no error in this text"),
        (b"Traceback (most recent call last):\nOddError: never seen\n", "is not known here"),
        (b"\xff\xfe\x80 noise \xc3\x28\n", "There is no error in this text"),
    ],
)
def test_what_is_unknown_is_said_to_be(tmp_path: Path, given: bytes, said: str) -> None:
    status, answer, errors = explain(tmp_path, "-", given=given)
    assert (status, errors) == (1, "")
    assert said in answer
    status, answer, _ = explain(tmp_path, "--json", given=given)
    assert (status, json.loads(answer)["known"]) == (1, False)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("x.bin", "x.bin is no text: byte 4 is zero"),
        ("nothing.txt", "cannot be read: no such file or directory"),
        (".", "cannot be read: is a directory"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "x.bin").write_bytes(b"\x89PNG\0\0\0")
    status, said, errors = explain(tmp_path, name)
    assert (status, said) == (2, "")
    assert errors == f"tocha: {name} {why}\n" or errors == f"tocha: {why}\n"


@pytest.mark.parametrize(
    "data",
    [
        WRITTEN.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + WRITTEN.encode(),
        WRITTEN.encode("utf-16"),
        "".join(f"\x1b[31m{line}\x1b[0m\n" for line in WRITTEN.splitlines()).encode(),
        b"step\n" * 2_000_000 + WRITTEN.encode(),
        WRITTEN.encode() + b"\xff\xfe in latin-1: \xe9\n",
    ],
    ids=["windows", "marked", "utf-16", "coloured", "10 MB", "not utf-8"],
)
def test_odd_files_are_read(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "log").write_bytes(data)
    for words, given in ((("log",), b""), ((), data)):
        status, said, _ = explain(tmp_path, *words, given=given)
        assert status == 0
        assert "A layer made for another number of features" in said


def test_a_traceback_cannot_speak_to_the_terminal(tmp_path: Path) -> None:
    given = b"Traceback (most recent call last):\nOddError: \x1b]0;title\x07 \x9b2J here\n"
    _, said, _ = explain(tmp_path, given=given)
    assert "here" in said
    assert not {"\x1b", "\x07", "\x9b"} & set(said)


def test_explaining_runs_nothing_and_needs_no_torch() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from tui.commands.explain import explain;"
        f"CliRunner().invoke(explain, input={WRITTEN!r}); print('torch' in sys.modules)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert answer.stdout.strip() == "False"
