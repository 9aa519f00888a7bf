"""Set up a forked child process: descriptors, signals, memory limits, seeds, priority."""

from __future__ import annotations

import ctypes
import faulthandler
import io
import os
import random
import resource
import signal
import sys
import traceback
from contextlib import suppress
from pathlib import Path

PDEATHSIG, CHILD_SUBREAPER = 1, 36
"""Options of Linux' prctl."""

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(parent: int) -> None:
    """Ask Linux to kill this process when its parent ends; elsewhere end of file must do."""
    if _libc is not None:
        _libc.prctl(PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of grandchildren whose own parent ends (Linux only)."""
    if _libc is not None:
        _libc.prctl(CHILD_SUBREAPER, 1)


def reset_signals() -> None:
    """Undo what the server set: a run meets signals as any Python program does."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, set())


def open_standard_streams(output: int) -> None:
    """No keyboard, and everything printed goes to ``output``."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = sys.stderr = io.TextIOWrapper(
        io.FileIO(1, "w", closefd=False),
        encoding="utf-8",
        errors="backslashreplace",
        write_through=True,
    )
    faulthandler.enable(2)


def flush_output() -> None:
    """Write out what a stream of the run's own still holds; raises nothing.

    Ours hold nothing back. The run may have closed them, or put anything in their place.
    """
    with suppress(Exception):
        sys.stdout.flush()
    with suppress(Exception):
        sys.stderr.flush()


def print_error() -> None:
    """Print the exception under way to standard error; raises nothing."""
    with suppress(Exception):
        traceback.print_exc()
        sys.stderr.flush()


def close_others(keep: set[int]) -> None:
    """Close every descriptor but the standard three and ``keep``."""
    low = 3
    for fd in sorted(keep):
        os.closerange(low, fd)
        low = fd + 1
    os.closerange(low, min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 65536))


def address_space() -> int:
    """Bytes of address space this process uses, 0 where that cannot be told."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()


def limit_memory(budget: int) -> None:
    """Let this process grow by ``budget`` bytes and no more; a too large tensor then raises."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    used = address_space()
    if used and budget:
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        most = used + budget
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def seed_everything(seed: int) -> None:
    """Same seed, same numbers: Python's, numpy's and torch's generators."""
    import numpy as np
    import torch

    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)


def wants_accelerator(device: object) -> bool:
    """Whether a run with this ``device`` knob may use a CUDA device (asks no driver for "cpu")."""
    import torch

    return device != "cpu" and torch.cuda.is_available()


def settle(*, parent: int, output: int, keep: set[int]) -> None:
    """First thing in a forked child: cut every tie to the server."""
    os.setsid()
    die_with_parent(parent)
    reset_signals()
    open_standard_streams(output)
    close_others(keep)
    # The screen and the other users of this machine come first.
    os.nice(10)
