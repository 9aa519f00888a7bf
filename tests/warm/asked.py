"""What is asked of a warm process, and how it travels."""

from __future__ import annotations

import json
import os
import signal
import socket
from array import array
from collections.abc import Mapping
from dataclasses import asdict, dataclass

MOST_BYTES = 100_000
"""What fits into one packet for sure."""

LOADED_WITH = ("PYTHON", "LC_", "LANG", "LD_", "OMP_", "OPENBLAS_", "MKL_", "KMP_", "CUDA", "TORCH")
"""Variables that Python and its libraries read while they are loaded: these begin with."""

LEFT_BEHIND = {"TORCHINDUCTOR_CACHE_DIR"}
"""Variables that torch itself sets in a process that compiles, and reads when it needs them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A process to become."""

    command: list[str]
    """From the interpreter's path on."""
    environment: dict[str, str]
    folder: str
    places: list[int]
    """The descriptors that travel along get these numbers; the first three are 0, 1, 2."""
    new_session: bool
    take_terminal: bool
    """Whether the terminal at 0 becomes the one that sends ctrl+c."""
    umask: int
    ignored: list[int]
    """Signals that whoever asks ignores: a child goes on ignoring them."""


def loaded_with(environment: Mapping[str, str]) -> dict[str, str]:
    """What of an environment has to be the same before a process is loaded."""
    return {
        name: value
        for name, value in environment.items()
        if name.startswith(LOADED_WITH) and name not in LEFT_BEHIND
    }


def ignored_signals() -> list[int]:
    """The numbers of the signals this process ignores, those Python itself ignores apart."""
    own = {signal.SIGPIPE, signal.SIGXFSZ}
    return [n for n in signal.valid_signals() - own if signal.getsignal(n) is signal.SIG_IGN]


def current_umask() -> int:
    """The process's file mode mask."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def send(channel: socket.socket, asked: Asked, fds: list[int]) -> None:
    """Send it, and the descriptors with it."""
    data = json.dumps(asdict(asked)).encode()
    rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", fds))
    channel.sendmsg([data], [rights])


def receive(channel: socket.socket) -> tuple[Asked, list[int]] | None:
    """The next, or None when nobody is left to ask."""
    data, ancillary, _, _ = channel.recvmsg(MOST_BYTES + 4096, socket.CMSG_LEN(64 * 4))
    if not data:
        return None
    fds = array("i")
    for _, _, part in ancillary:
        fds.frombytes(part[: len(part) - len(part) % fds.itemsize])
    return Asked(**json.loads(data)), list(fds)
