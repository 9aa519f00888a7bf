"""Limits of a shell that are too small: the sentence names the limit, whatever command it is."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.shell import in_shell
from tests.conftest import Opener
from tests.environment import ROOT
from tests.terminal import TOCHA

RUN = ("run", "training.fit", "--set", "epochs=2", "--plain")
CHECK = ("check", "tensors/standardise", str(ROOT / "pyproject.toml"))

pytestmark = [
    pytest.mark.cold,  # a fork has more addresses than it is allowed
    pytest.mark.skipif(sys.platform != "linux", reason="what a limit counts differs elsewhere"),
]


@pytest.mark.parametrize(
    ("limit", "words", "told"),
    [
        ("-n 12", RUN, "ulimit -n allows 12 open files"),
        ("-n 12", CHECK, "ulimit -n allows 12 open files"),
        ("-v 300000", RUN, "ulimit -v allows a process 307 MB of addresses"),
        ("-v 300000", CHECK, "ulimit -v allows a process 307 MB of addresses"),
        ("-v 300000", ("doctor",), "ulimit -v allows a process 307 MB of addresses"),
    ],
)
def test_a_command_names_the_limit(
    limit: str, words: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    done = in_shell(words, tmp_path, before=f"ulimit {limit}; ", shell="bash")
    assert told in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode == 1


def test_the_app_names_the_limit(open_terminal: Opener) -> None:
    line = f"ulimit -v 600000; exec {shlex.join(TOCHA)} training"
    terminal = open_terminal("bash", "-c", line)
    terminal.until("1/12")
    terminal.press("2")
    terminal.until("ulimit -v allows a process 614 MB of addresses")
    terminal.press("ctrl+q")
    assert terminal.exit_status() == 0


@pytest.mark.parametrize(
    ("error", "named"),
    [
        ("OSError: [Errno 24] Too many open files", ["-n"]),
        ("RuntimeError: can't start new thread", ["-u", "-v"]),
        ("BlockingIOError: [Errno 11] Resource temporarily unavailable", ["-u", "-v"]),
        ("MemoryError: std::bad_alloc", ["-v"]),
        ("ImportError: libx.so: failed to map segment from shared object", ["-v"]),
        ("ValueError: no", []),
    ],
)
def test_which_limit_an_error_stands_for(error: str, named: list[str]) -> None:
    code = (
        "import resource, sys\n"
        "for limit in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC, resource.RLIMIT_AS):\n"
        "    hard = resource.getrlimit(limit)[1]\n"
        "    most = 1 << 40 if limit == resource.RLIMIT_AS else 99\n"
        "    resource.setrlimit(limit, (most, hard))\n"
        "from engine.process.limits import in_the_way\n"
        "print(in_the_way(sys.argv[1:]))\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, error], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    assert [flag for flag in ("-n", "-u", "-v") if f"ulimit {flag} " in said] == named
