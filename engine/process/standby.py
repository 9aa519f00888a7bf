"""Standing by: who has imported torch forks the server, and at once another when that one dies.

It serves nobody itself, so nothing that goes wrong in serving can end it, and importing torch again
(seconds) is spared.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from engine.process import child, run_folder


def stand_by(channels: list[int], serve: Callable[[int], None]) -> None:
    """Fork a server for each channel in turn, when the one before has died.

    Returns when a server has ended in good order, or when there is no channel left. A channel is
    closed everywhere but in its server, so that its end is seen at the other side.
    """
    before = 0
    while channels:
        channel, *channels = channels
        server = os.fork()
        if server == 0:
            _begin(channel, channels, serve)
        os.close(channel)
        # The next one serves already; now what the one before has left.
        end_orphans(keep={server})
        if before:
            run_folder.remove_all(before)
        if _outlived(server):
            return
        before = server


def _begin(channel: int, others: list[int], serve: Callable[[int], None]) -> NoReturn:
    """The server's life, in its own process."""
    status = 1
    try:
        for fd in others:
            os.close(fd)
        child.adopt_orphans()
        serve(channel)
        status = 0
    finally:
        if status:
            child.print_error()
        os._exit(status)


def _outlived(server: int) -> bool:
    """Wait for the server's end; whether it was in good order. What comes to us meanwhile ends."""
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == server:
            return status == 0
        end_orphans(keep={server})


def end_orphans(keep: set[int]) -> None:
    """Kill and reap children that nobody asked for: daemons that a run has left behind (Linux).

    The children of each become ours when it ends: looked at until no other comes.
    """
    done: set[int] = set()
    while orphans := _children() - keep - done:
        done |= orphans
        for pid in orphans:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _children() -> set[int]:
    """Processes whose parent this one is; none where that cannot be told."""
    with suppress(OSError):
        listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        return {int(word) for word in listed}
    return set()
