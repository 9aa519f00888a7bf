"""A fork that has become a process cannot be told from one that Python started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import WARM, Opener
from tests.environment import MARK, clean, left_alive, marked, seconds

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="no warm processes here")

SAYS = {
    "arguments": "print(sys.argv, sys.orig_argv, __name__, sys.path[:2])",
    "modules": "roots = {name.partition('.')[0] for name in sys.modules}\n"
    "print(sorted(roots - sys.stdlib_module_names))",
    "streams": "print(*((s.name, s.mode, s.encoding, s.errors, s.line_buffering, s.isatty())"
    " for s in (sys.stdin, sys.stdout, sys.stderr)))",
    "signals": "import signal; print([(int(n), str(signal.getsignal(n)).partition(' at ')[0])"
    " for n in signal.Signals], signal.pthread_sigmask(signal.SIG_BLOCK, []))",
    "surroundings": "print(sorted(os.environ.items()), os.getcwd(), os.umask(0), os.nice(0))",
    "descriptors": "print(sorted(int(n) for n in os.listdir('/proc/self/fd'))[:-1])",
    "family": "print(os.getppid(), os.getpgid(0) == os.getpid(), os.getsid(0) == os.getpid())",
    "limits": "import resource as r; print(r.getrlimit(r.RLIMIT_AS), r.getrlimit(r.RLIMIT_NOFILE))",
    "a failure": "def f(): raise ValueError('no')\nf()",
    "an exit": "sys.exit(7)",
    "words at the end": "sys.exit('that was it')",
    "an end by atexit": "import atexit; atexit.register(print, 'last')",
    "an interrupt": "os.kill(os.getpid(), 2)\nimport time; time.sleep(60)",
    "a signal": "os.kill(os.getpid(), 15)\nimport time; time.sleep(60)",
    "a thread": "import threading; threading.Timer(0.01, print, ['after']).start()",
    "torch": "import torch; print(torch.ones(3).sum(), torch.__file__, torch.get_num_threads(),"
    " 'numpy' in sys.modules)",
    "what is read": "print(sys.stdin.read())",
}


def said(code: str, folder: Path, *, cold: bool) -> tuple[int, str, str]:
    """Exit status, output and complaints of a program."""
    assert WARM is not None
    WARM.is_on = not cold
    done = subprocess.run(
        [sys.executable, "-P", "-c", "import os, sys\n" + code, "a", "b c"],
        input="read this",
        capture_output=True,
        text=True,
        cwd=folder,
        env=clean(folder) | {MARK: "the same", "ANOTHER": "ü"},
        start_new_session=True,
        timeout=seconds(60),
    )
    WARM.is_on = True
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("what", SAYS)
def test_it_is_the_same_process(what: str, tmp_path: Path) -> None:
    assert said(SAYS[what], tmp_path, cold=False) == said(SAYS[what], tmp_path, cold=True)


def test_it_is_a_fork(tmp_path: Path) -> None:
    code = "print(*(type(finder).__name__ for finder in sys.meta_path))"
    assert "Hidden" in said(code, tmp_path, cold=False)[1]
    assert "Hidden" not in said(code, tmp_path, cold=True)[1]


def test_each_draws_numbers_of_its_own(tmp_path: Path) -> None:
    code = "import random, numpy, torch; print(random.random(), numpy.random.rand(), torch.rand(1))"
    one, other = (said(code, tmp_path, cold=False)[1].split() for _ in range(2))
    assert len(one) == 3
    assert not set(one) & set(other)


def test_others_see_its_arguments_and_environment_and_it_is_ours_to_end(tmp_path: Path) -> None:
    environment = clean(tmp_path)
    command = [sys.executable, "-P", "-c", "import time; print(1, flush=True); time.sleep(600)"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        (found,) = marked(environment[MARK])
        assert found.pid == process.pid
        assert found.ppid() == os.getpid()
        assert [word for word in found.cmdline() if word] == command
        process.send_signal(signal.SIGTERM)
        assert process.wait(seconds(20)) == -signal.SIGTERM
    assert left_alive(environment[MARK]) == []


def test_a_terminal_is_its_own(open_terminal: Opener) -> None:
    code = "import os; print(os.isatty(0), os.tcgetpgrp(0) == os.getpid()); input()"
    terminal = open_terminal(sys.executable, "-P", "-c", code)
    terminal.until("True True")
    terminal.press("ctrl+c")
    assert terminal.exit_status() == -signal.SIGINT
    assert "KeyboardInterrupt" in terminal.text
