"""``subprocess`` starts Python by a fork of a warm process, where nothing but time differs."""

from __future__ import annotations

import atexit
import ctypes
import fcntl
import os
import socket
import subprocess
import sys
import termios
import threading
from collections.abc import Callable, Mapping
from typing import Any

from tests.warm import asked as asking
from tests.warm.asked import Asked, loaded_with

CHILD_SUBREAPER = 36
"""An option of Linux' prctl."""

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""What the screen sets for its server, whose libraries read it while they are loaded."""

SCREENS = {"tui", "tests.practice", "tests.store.editor"}
"""Modules of processes that start a server."""

SECONDS = 60
"""How long a warm process may take to say that it is another now."""

PADDING = "." * 3000
"""Room for the arguments and the environment of what is to come."""

Starter = Callable[["Asked", list[int]], int]
"""From a process to become, and its descriptors, to a process id; 0 if that cannot be."""


def take_terminal() -> None:
    """Make the terminal at 0 this session's own: ctrl+c arrives here (for ``preexec_fn``)."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def is_possible() -> bool:
    """Whether this system and this Python can do it."""
    return sys.platform == "linux" and hasattr(subprocess, "_fork_exec")


def understood(arguments: list[str]) -> bool:
    """Whether a command is one that a warm process can become: ``python [-P] -m|-c …``."""
    if not arguments or arguments[0] != sys.executable:
        return False
    words = arguments[2:] if arguments[1:2] == ["-P"] else arguments[1:]
    return len(words) > 1 and words[0] in ("-m", "-c") and words[1] != "tests.warm"


class Warm:
    """Replaces what `subprocess` forks with, until it is taken off again."""

    def __init__(self, start: Starter) -> None:
        self.is_on = True
        self._start = start
        self._lock = threading.Lock()
        self._cold = subprocess._fork_exec  # type: ignore[attr-defined]
        subprocess._fork_exec = self._fork  # type: ignore[attr-defined]

    def _fork(self, *given: Any) -> int:
        """What ``_posixsubprocess.fork_exec`` does, in its words."""
        if self.is_on and (wanted := told(given)):
            with self._lock:
                if pid := self._start(*wanted):
                    return pid
        return int(self._cold(*given))


def told(given: tuple[Any, ...]) -> tuple[Asked, list[int]] | None:
    """What `subprocess` asks for, with its descriptors; None where only exec can do it."""
    arguments, _, close_fds, keep, folder, environment = given[:6]
    ends, error_end = (given[6], given[9], given[11]), given[13]
    _, new_session, group, gid, gids, uid, umask, before = given[14:22]
    command = [os.fsdecode(word) for word in arguments]
    if not understood(command) or not close_fds or before not in (None, take_terminal):
        return None
    if (group, gid, gids, uid, umask) != (-1, None, None, None, -1):
        return None
    if folder is not None and not os.path.isdir(folder):  # noqa: PTH112
        return None
    pairs = environment if environment is not None else [k + b"=" + v for k, v in own_variables()]
    extra = [fd for fd in keep if fd != error_end]
    wanted = Asked(
        command=command,
        environment=dict(os.fsdecode(pair).split("=", 1) for pair in pairs),
        folder=os.fsdecode(folder or os.getcwd()),  # noqa: PTH109
        places=[0, 1, 2, *extra],
        new_session=bool(new_session),
        take_terminal=before is take_terminal,
        umask=asking.current_umask(),
        ignored=asking.ignored_signals(),
    )
    inherited = [place if end == -1 else end for place, end in enumerate(ends)]
    return wanted, [*inherited, *extra]


def own_variables() -> list[tuple[bytes, bytes]]:
    """This process's environment."""
    return list(os.environb.items())


def ask(channel: socket.socket, wanted: Asked, fds: list[int]) -> int:
    """Have it done; the id of the process, 0 if nobody is there to do it."""
    try:
        asking.send(channel, wanted, fds)
    except OSError:
        return 0
    # Nothing comes from one that was killed.
    return int(channel.recv(16) or 0)


class Spare:
    """A fork of this process at its start, to become the first Python process it starts."""

    def __init__(self, channel: socket.socket, loaded: Mapping[str, str]) -> None:
        self._channel, self._loaded = channel, loaded

    def start(self, wanted: Asked, fds: list[int]) -> int:
        """Become this; 0 when it was used already, or is loaded with something else."""
        if self._channel.fileno() < 0 or loaded_with(wanted.environment) != self._loaded:
            return 0
        with self._channel:
            return ask(self._channel, wanted, fds)


class Nurseries:
    """The warm processes of a test process: one for servers, whose libraries use one thread."""

    def __init__(self) -> None:
        self._channels: dict[bool, socket.socket] = {}
        self._usual = loaded_with(os.environ)
        atexit.register(self._end)

    def start(self, wanted: Asked, fds: list[int]) -> int:
        """A child of this process that has become what is wanted."""
        loaded = threads(wanted) | loaded_with(wanted.environment)
        one = loaded | ONE_THREAD == loaded
        if loaded != self._usual | (ONE_THREAD if one else {}):
            return 0
        if one not in self._channels:
            self._channels[one] = nursery(dict(os.environ) | loaded)
        libc = ctypes.CDLL(None)
        # The fork of a fork, whose parent is gone: it is ours while we adopt orphans.
        libc.prctl(CHILD_SUBREAPER, 1)
        try:
            return ask(self._channels[one], wanted, fds)
        finally:
            libc.prctl(CHILD_SUBREAPER, 0)

    def _end(self) -> None:
        for channel in self._channels.values():
            channel.close()


def threads(wanted: Asked) -> dict[str, str]:
    """What the screen's server is loaded with, where a screen is started: both are forks of one.

    An error here costs time, nothing else: the screen itself uses none of these libraries.
    """
    words = wanted.command[1:]
    is_screen = words[0] == "-P" and words[2] in SCREENS
    return ONE_THREAD if is_screen and not {"watch", "doctor"} & set(words) else {}


def nursery(environment: dict[str, str]) -> socket.socket:
    """Start a warm process; where to ask it."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(SECONDS)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "tests.warm", str(theirs.fileno()), PADDING[:500]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            env=environment | {"TOCHA_TEST_PADDING": PADDING},
        )
    # It ends with us.
    process.returncode = 0
    return ours
