"""The check-up, on a terminal that answers, on one that does not, and on broken machines."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.environment import ROOT, clean, seconds
from tests.terminal import TOCHA, Terminal
from tui.commands.checkup import machine
from tui.commands.checkup import terminal as terminal_look
from tui.commands.checkup.line import guarded

Doctor: TypeAlias = Callable[..., tuple[int, dict[str, dict[str, str]]]]

QUERY = re.compile(rb"(?:\r([^\r\x1b]*))?(\x1b\[\?2026\$p)?\x1b\[6n", re.DOTALL)
FAKE_TORCH = "raise ImportError('libcudart.so.13: cannot open shared object file')"


class Answering(Terminal):
    """A terminal that says where its cursor is, and how it feels about mode 2026."""

    width = 1
    knows_2026 = True
    _answered = 0

    def read(self, seconds: float) -> int:
        """Answer whatever was asked meanwhile."""
        count = super().read(seconds)
        for query in QUERY.finditer(bytes(self.raw), self._answered):
            self._answered = query.end()
            if query[2] and self.knows_2026:
                self.press("\x1b[?2026;2$y")
            column = 1 + self.width * len((query[1] or b"").decode())
            self.press(f"\x1b[5;{column}R")
        return count


@pytest.fixture
def doctor(tmp_path: Path) -> Doctor:
    def run(**variables: str) -> tuple[int, dict[str, dict[str, str]]]:
        done = subprocess.run(
            [*TOCHA, "doctor", "--json"],
            env=clean(tmp_path / "home") | variables,
            capture_output=True,
            text=True,
            timeout=seconds(100),
            check=False,
        )
        assert done.stderr == ""
        lines = json.loads(done.stdout)["lines"]
        for line in lines:
            assert line["state"] in ("ok", "warning", "fault")
            assert bool(line["remedy"]) == (line["state"] != "ok"), line
        return done.returncode, {line["name"]: line for line in lines}

    return run


def program(folder: Path, name: str, text: str) -> str:
    """A program that says ``text``; a PATH on which it is found first."""
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\ncat <<'END'\n{text}\nEND\n")
    file.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def test_without_a_terminal(doctor: Doctor) -> None:
    status, lines = doctor()
    assert status == 0
    assert lines["Python"]["fact"].startswith("3.")
    assert re.match(r"\d+\.\d+.*, imported in \d", lines["torch"]["fact"])
    assert lines["device cpu"]["fact"].endswith("free")
    assert lines["terminal"]["state"] == "warning"
    assert lines["data folder"]["state"] == "ok"
    assert "threads" in lines["threads"]["fact"]


def test_torch_that_cannot_be_imported_is_a_fault(doctor: Doctor, tmp_path: Path) -> None:
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text(FAKE_TORCH)
    status, lines = doctor(PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert status == 1
    assert lines["torch"]["state"] == "fault"
    assert "libcudart.so.13: cannot open" in lines["torch"]["fact"]


def test_a_data_folder_that_cannot_be_used_is_a_fault(doctor: Doctor, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    status, lines = doctor(TOCHA_HOME=str(tmp_path / "file" / "tocha"))
    assert status == 1
    assert lines["data folder"]["state"] == "fault"


def test_a_gpu_that_torch_was_not_built_for_is_said(doctor: Doctor, tmp_path: Path) -> None:
    text = "| NVIDIA-SMI 470.57  Driver Version: 470.57.02  CUDA Version: 11.4 |"
    path = program(tmp_path / "bin", "nvidia-smi", text)
    _, lines = doctor(PATH=path)
    if "built without" not in lines["CUDA"]["fact"]:
        pytest.skip("this torch is built for CUDA")
    assert lines["CUDA"]["state"] == "warning"
    assert "driver 470.57.02" in lines["CUDA"]["fact"]


@pytest.mark.parametrize(
    ("found", "state", "words"),
    [
        ({"cuda": True, "problem": ""}, "ok", "built for 13.0, driver 470.57"),
        ({"problem": "driver too old"}, "fault", "good for CUDA 11.4: driver too old"),
        ({"cuda build": None, "hip build": None}, "warning", "built without"),
    ],
)
def test_the_build_against_the_driver(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, found: dict[str, Any], state: str, words: str
) -> None:
    path = program(tmp_path / "bin", "nvidia-smi", "Driver Version: 470.57 CUDA Version: 11.4")
    monkeypatch.setenv("PATH", path)
    line = machine.cuda({"cuda build": "13.0", "hip build": None, "cuda": False} | found)
    assert line.state == state
    assert words in line.fact


@pytest.mark.parametrize(
    ("device", "state"),
    [
        ({"free": 60e9, "total": 80e9, "wrong": ""}, "ok"),
        ({"free": 1e9, "total": 80e9, "wrong": ""}, "warning"),
        ({"free": 0, "total": 0, "wrong": "no kernel image is available"}, "fault"),
    ],
)
def test_devices(device: dict[str, Any], state: str) -> None:
    line = machine.gpu({"index": 1, "name": "H100"} | device)
    assert (line.name, line.state) == ("device cuda:1", state)


@pytest.mark.parametrize(("free", "state"), [(8_000_000, "ok"), (400_000, "warning")])
def test_memory(tmp_path: Path, free: int, state: str) -> None:
    file = tmp_path / "meminfo"
    file.write_text(f"MemTotal:       16000000 kB\nMemAvailable:   {free} kB\n")
    (line,) = machine.memory(file)
    assert (line.name, line.state) == ("device cpu", state)
    assert "of 16.4 GB free" in line.fact
    (line,) = machine.memory(tmp_path / "no such file")
    assert line.state == "ok"


@pytest.mark.parametrize(
    ("escape_time", "focus", "state", "remedy"),
    [
        (10, "on", "ok", ""),
        (500, "on", "warning", "set -s escape-time 10"),
        (10, "off", "warning", "set -g focus-events on"),
    ],
)
def test_tmux_and_its_settings(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    escape_time: int,
    focus: str,
    state: str,
    remedy: str,
) -> None:
    text = f"escape-time {escape_time}\nfocus-events {focus}"
    monkeypatch.setenv("PATH", program(tmp_path / "bin", "tmux", text))
    monkeypatch.setenv("TMUX", "/tmp/tmux-0/default,1,0")
    (line,) = terminal_look.tmux()
    assert line.state == state
    assert remedy in line.remedy


def test_over_ssh_without_tmux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.setenv("SSH_CONNECTION", "1.2.3.4 5 6.7.8.9 22")
    (line,) = terminal_look.tmux()
    assert line.state == "warning"
    assert "over ssh" in line.fact
    monkeypatch.delenv("SSH_CONNECTION")
    (line,) = terminal_look.tmux()
    assert line.state == "ok"


def test_more_threads_than_processors_are_too_many() -> None:
    assert machine.threads(4096).state == "warning"
    assert "OMP_NUM_THREADS" in machine.threads(4096).remedy


def test_a_look_that_fails_is_a_line() -> None:
    def look() -> list[Any]:
        raise OSError("no such thing")

    (line,) = guarded("thing", look)
    assert line.state == "warning"
    assert "no such thing" in line.fact


def opened(tmp_path: Path, width: int = 1, knows: bool = True, **settings: Any) -> Answering:
    variables = settings.pop("variables", {})
    environment = clean(tmp_path) | variables
    terminal = Answering((*TOCHA, "doctor"), environment=environment, **settings)
    terminal.width, terminal.knows_2026 = width, knows
    return terminal


def test_a_terminal_that_answers(tmp_path: Path) -> None:
    with opened(tmp_path) as terminal:
        modes = terminal.modes_before
        terminal.until("threads")
        assert terminal.row_with("size").split()[0] == "ok"
        assert terminal.row_with("colours").split()[:3] == ["ok", "colours", "truecolor,"]
        assert terminal.row_with("glyphs").split()[0] == "ok"
        assert "synchronised output (mode 2026)" in terminal.row_with("whole frames")
        assert re.search(r"round trip +\d+\.\d ms", terminal.text)
        assert terminal.modes == modes
        assert terminal.exit_status() == 0


def test_a_terminal_with_wide_glyphs_and_no_frames(tmp_path: Path) -> None:
    with opened(tmp_path, width=2, knows=False, columns=60, rows=20) as terminal:
        terminal.until("whole frames")
        text = terminal.text.replace("\n", " ")
        assert "fault    glyphs" in text
        assert "no synchronised output" in text
        assert terminal.row_with("size").split()[0] == "warning"
        assert terminal.exit_status() == 1


def test_a_terminal_that_does_not_answer(tmp_path: Path) -> None:
    with Terminal((*TOCHA, "doctor"), environment=clean(tmp_path)) as terminal:
        terminal.until("the terminal does not answer")
        terminal.until("threads")
        assert terminal.exit_status() == 0


def test_torch_and_textual_stay_outside(tmp_path: Path) -> None:
    code = (
        "import sys, tui.cli\n"
        "try: tui.cli.main(['doctor'], standalone_mode=False)\n"
        "except SystemExit: pass\n"
        "assert not {'torch', 'textual'} & set(sys.modules)\n"
    )
    environment = clean(tmp_path) | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, timeout=seconds(100), check=False
    )
    assert done.returncode == 0
