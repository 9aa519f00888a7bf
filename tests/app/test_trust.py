"""What is written is its owner's alone, nobody listens on a network, nothing unpickles freely."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import psutil
import pytest

from lessons.format import catalog
from tests.conftest import Opener
from tests.environment import ROOT, clean, marked, seconds
from tests.terminal import TOCHA

EXERCISE = "tensors/standardise"

SOURCES = [file for room in ("engine", "lessons", "tui") for file in (ROOT / room).rglob("*.py")]


def everybody_may_read() -> None:
    """The mask of somebody who wants it so elsewhere."""
    os.umask(0)


def open_to_others(folder: Path) -> list[str]:
    """Files and folders that others may read, write or enter."""
    found = [path for path in folder.rglob("*") if not path.is_symlink()]
    return [str(path) for path in found if path.lstat().st_mode & 0o077]


def test_what_is_kept_is_the_owners_alone(open_terminal: Opener, tmp_path: Path) -> None:
    home, editor = tmp_path / "home", tmp_path / "editor"
    editor.write_text("#!/bin/sh\necho '# saved' >> \"$1\"\n")
    editor.chmod(0o755)
    terminal = open_terminal(
        *TOCHA, "exercise", EXERCISE, "--open",
        before=everybody_may_read, TOCHA_HOME=str(home), EDITOR=str(editor),
    )  # fmt: skip
    terminal.until("F4 Hint")
    terminal.press("x", "ctrl+r")
    terminal.until("not yet")
    terminal.press("f9")
    terminal.until(lambda _: list(home.rglob("standardise.py")))
    terminal.until_quiet(1.0)
    terminal.press("ctrl+q")
    assert terminal.exit_status() == 0
    (tmp_path / "script.py").write_text("print('watched')\n")
    environment = clean(home)
    subprocess.run(
        [*TOCHA, "watch", "script.py"],
        preexec_fn=everybody_may_read, env=environment, cwd=tmp_path, check=True,
    )  # fmt: skip
    assert list(home.rglob("log.jsonl"))
    assert open_to_others(home) == []
    assert home.stat().st_mode & 0o077 == 0


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A folder for temporary files in which somebody else was first: our name is a link."""
    mine, place = tmp_path / "mine", tmp_path / "shared"
    for folder in (mine, place):
        folder.mkdir()
    (mine / "thesis").mkdir()
    (mine / "thesis" / "text").write_text("years of work")
    (mine / "4194299").mkdir()
    (place / f"tocha-{os.getuid()}").symlink_to(mine)
    return place


def of_torch(folder: Path) -> set[str]:
    """What PyTorch alone puts beside: from 2.15 on an empty cache, as soon as it steps."""
    folder.mkdir()
    step = "import torch; torch.optim.SGD([torch.ones(1)], lr=0.1)"
    environment = clean(folder.parent) | {"TMPDIR": str(folder)}
    subprocess.run([sys.executable, "-c", step], env=environment, check=True)
    return {path.name for path in folder.iterdir()}


def test_a_link_laid_in_our_way_costs_nobody_a_file(shared: Path, tmp_path: Path) -> None:
    answer = tmp_path / "answer.py"
    answer.write_text(catalog.exercise(EXERCISE).solution)
    environment = clean(tmp_path / "home") | {"TMPDIR": str(shared)}
    checked = subprocess.run(
        [*TOCHA, "check", EXERCISE, str(answer)],
        env=environment, capture_output=True, text=True, timeout=seconds(120),
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr
    mine = shared.parent / "mine"
    assert sorted(path.name for path in mine.iterdir()) == ["4194299", "thesis"]
    assert (mine / "thesis" / "text").read_text() == "years of work"
    left = {path.name for path in shared.iterdir()} - of_torch(tmp_path / "plain")
    assert left == {f"tocha-{os.getuid()}"}, "nothing is left"


def test_nobody_listens_on_a_network(open_terminal: Opener, tmp_path: Path) -> None:
    (tmp_path / "loop.py").write_text("import torch\nprint('runs')\nwhile True: pass\n")
    terminal = open_terminal(*TOCHA, "scratch", "loop.py")
    terminal.until("import torch")
    terminal.press("ctrl+r")
    terminal.until("runs")
    watching = open_terminal(*TOCHA, "watch", "loop.py")
    watching.until("runs")
    ours = [*marked(terminal.mark), *marked(watching.mark)]
    assert len(ours) >= 6, "the apps, who stands by, the server, the run, the keeper, the script"
    assert [each for process in ours for each in connections(process)] == []


def connections(process: psutil.Process) -> list[str]:
    """Its sockets on any network."""
    return [str(each) for each in process.net_connections(kind="inet")]


@cache
def every_call() -> list[tuple[str, str, ast.Call]]:
    """Every call in our sources: what is called, and where."""
    return [
        (ast.unparse(node.func), f"{file.relative_to(ROOT)}, line {node.lineno}", node)
        for file in SOURCES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    ]


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Calls of a function of this name."""
    return ((where, node) for called, where, node in every_call() if called == name)


def test_weights_are_read_as_weights_only() -> None:
    free = [
        where
        for where, call in calls("torch.load")
        if not any(
            word.arg == "weights_only" and ast.unparse(word.value) == "True"
            for word in call.keywords
        )
    ]
    assert free == []


@pytest.mark.parametrize("name", ["tempfile.mktemp", "mktemp", "pickle.load", "pickle.loads"])
def test_nothing_of_ours_calls(name: str) -> None:
    assert [where for where, _ in calls(name)] == []
