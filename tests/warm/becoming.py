"""A fork of a warm process becomes the process that was asked for."""

from __future__ import annotations

import ctypes
import fcntl
import io
import linecache
import os
import resource
import runpy
import signal
import socket
import sys
import termios
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, cast

from tests.warm.asked import Asked

PDEATHSIG = 1
"""An option of Linux' prctl."""

HIGH = 500
"""Descriptors from here on are in nobody's way."""

ANSWER = HIGH - 1
"""Where the answer goes."""

MOST = min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 65536)

QUIET = (
    signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGTSTP, signal.SIGTTIN,
    signal.SIGTTOU, signal.SIGWINCH,
)  # fmt: skip

_libc = ctypes.CDLL(None, use_errno=True)


def become(asked: Asked, fds: list[int], answer: int) -> int:
    """All of it but what runs; ``answer`` stays open, as the descriptor returned.

    This process must be a fork that has nothing else to do.
    """
    if asked.new_session:
        os.setsid()
    _libc.prctl(PDEATHSIG, 0)
    take_descriptors([*fds, answer], [*asked.places, ANSWER])
    if asked.take_terminal:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    os.chdir(asked.folder)
    os.umask(asked.umask)
    take_environment(asked.environment)
    show_in_proc(asked.command, asked.environment)
    open_streams()
    take_arguments(asked.command)
    forget_us()
    end_without_ceremony()
    take_signals(set(asked.ignored))
    return ANSWER


def end_without_ceremony() -> None:
    """When Python is through with its own end, end: spare the destructors of a library never used.

    Those of torch alone take longer than all else a small process does.
    """
    # The last that is said here is done first.
    for step in (_libc._exit, _libc.fcloseall):
        _libc.on_exit(ctypes.cast(step, ctypes.c_void_p), None)


def withdraw(keep: int) -> None:
    """Wait out of everybody's way: no signal, no terminal, no descriptor; die with the parent."""
    _libc.prctl(PDEATHSIG, signal.SIGKILL)
    for number in QUIET:
        signal.signal(number, signal.SIG_IGN)
    nothing = os.open(os.devnull, os.O_RDWR)
    for place in (0, 1, 2):
        os.dup2(nothing, place)
    os.closerange(3, keep)
    os.closerange(keep + 1, MOST)
    # Whoever looks for the processes of a test does not mean this one.
    _, _, variables, variables_end = areas()
    fill(variables, variables_end, b"")


def out_of_the_way(channel: socket.socket) -> socket.socket:
    """The same at a descriptor that nobody meets."""
    with channel:
        return socket.socket(fileno=fcntl.fcntl(channel, fcntl.F_DUPFD_CLOEXEC, HIGH))


def forget_us() -> None:
    """Modules that only this one has imported."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "tests"]:
        del sys.modules[name]


def take_descriptors(fds: list[int], places: list[int]) -> None:
    """Put the descriptors where they belong, and close all others."""
    high = [fcntl.fcntl(fd, fcntl.F_DUPFD, HIGH) for fd in fds]
    for fd, place in zip(high, places, strict=True):
        os.dup2(fd, place)
    low = 3
    for place in sorted(set(places) - {0, 1, 2}):
        os.closerange(low, place)
        low = place + 1
    os.closerange(low, MOST)


def take_environment(environment: dict[str, str]) -> None:
    """For Python and for everything in C."""
    os.environ.clear()
    os.environ.update(environment)


def show_in_proc(command: list[str], environment: dict[str, str]) -> None:
    """Others read arguments and environment of a process where the kernel has put them first."""
    words = b"".join(os.fsencode(word) + b"\0" for word in command)
    pairs = b"".join(os.fsencode(f"{k}={v}") + b"\0" for k, v in environment.items())
    arguments, arguments_end, variables, variables_end = areas()
    fill(arguments, arguments_end, words)
    fill(variables, variables_end, pairs)


def areas() -> tuple[int, int, int, int]:
    """Where arguments and environment begin and end."""
    words = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    start, end, variables, variables_end = (int(word) for word in words[45:49])
    return start, end, variables, variables_end


def fill(start: int, end: int, data: bytes) -> None:
    """Write ``data`` there, cut off where it does not fit, and zeros behind it."""
    room = end - start
    ctypes.memmove(start, data[: room - 1].ljust(room, b"\0"), room)


def open_streams() -> None:
    """Standard streams as Python opens them."""
    sys.stdin = sys.__stdin__ = stream(0, "r", sys.stdin)  # type: ignore[misc]
    sys.stdout = sys.__stdout__ = stream(1, "w", sys.stdout)  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = stream(2, "w", sys.stderr)  # type: ignore[misc]


def stream(fd: int, mode: str, like: Any) -> io.TextIOWrapper:
    """A stream on this descriptor, encoded like the one that was there."""
    binary: Any = open(fd, mode + "b", closefd=False)  # noqa: SIM115
    binary.raw.name = ("<stdin>", "<stdout>", "<stderr>")[fd]
    text: Any = io.TextIOWrapper(
        binary,
        encoding=like.encoding,
        errors=like.errors,
        newline=None if mode == "r" else "\n",
        line_buffering=fd == 2 or os.isatty(fd),
    )
    text.mode = mode
    return cast(io.TextIOWrapper, text)


def take_arguments(command: list[str]) -> None:
    """``sys`` as it is where this command starts."""
    sys.orig_argv = command
    words = command[1:]
    if words[0] == "-P":
        words = words[1:]
    else:
        sys.path.insert(0, "" if words[0] == "-c" else str(Path.cwd()))
    sys.argv = [words[0], *words[2:]]


def take_signals(ignored: set[int]) -> None:
    """A fresh Python's handlers."""
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN if number in ignored else signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    if signal.SIGINT not in ignored:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, set())


def run(command: list[str]) -> None:
    """What ``python -m`` and ``python -c`` do."""
    words = command[1:]
    kind, what = words[1:3] if words[0] == "-P" else words[:2]
    main = ModuleType("__main__")
    main.__dict__["__builtins__"] = __builtins__
    sys.modules["__main__"] = main
    sys.excepthook = without_us
    if kind == "-c":
        code = compile(what, "<string>", "exec", dont_inherit=True)
        show_lines_of(code, what)
        exec(code, main.__dict__)
    else:
        # What Python itself calls; `run_module` would make a __main__ that only lives in it.
        runpy._run_module_as_main(what)  # type: ignore[attr-defined]


def show_lines_of(code: CodeType, text: str) -> None:
    """Tracebacks show the lines of ``python -c`` where Python does that: from 3.13 on."""
    register = getattr(linecache, "_register_code", None)
    if register is not None:
        register(code if hasattr(linecache, "_code_key") else code.co_filename, text, "<string>")


def without_us(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    """Tracebacks begin where they would without us."""
    entry = trace
    while entry is not None:
        if entry.tb_frame.f_code.co_filename == __file__:
            trace = entry.tb_next
        entry = entry.tb_next
    sys.__excepthook__(kind, error.with_traceback(trace), trace)
