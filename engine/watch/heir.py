"""The keeper's heir: a process that only waits, and reads on where a keeper was killed.

Without it the script would die of its next line: nobody would read what it prints.
"""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.process.protocol import encode
from engine.watch.log import Log
from engine.watch.outlets import Outlet

GOODBYE = b"."


def leave_heir(log: Path, outlets: Sequence[Outlet], forsake: Callable[[], None]) -> int:
    """Fork it; the file descriptor to say goodbye to with `part`.

    Args:
        forsake: closes, in the heir, what only the keeper may hold open.
    """
    ours, theirs = os.pipe()
    if os.fork():
        os.close(ours)
        return theirs
    try:
        os.close(theirs)
        forsake()
        for number in (signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if os.read(ours, 1) != GOODBYE:
            _read_on(Log(log), list(outlets))
    finally:
        os._exit(0)


def part(fd: int) -> None:
    """The keeper leaves in good order: nothing is to be inherited."""
    os.write(fd, GOODBYE)
    os.close(fd)


def _read_on(log: Log, outlets: list[Outlet]) -> None:
    """Log what is printed until nobody can print any more, and first what is in nobody's hands."""
    for each in outlets:
        each.printed.add(each.noted())
        _log(each, log)
    while outlets:
        ready, _, _ = select.select([each.fd for each in outlets], [], [])
        for each in [one for one in outlets if one.fd in ready]:
            data = each.read()
            if data is None:
                outlets.remove(each)
                continue
            each.printed.add(data)
            _log(each, log)


def _log(outlet: Outlet, log: Log) -> None:
    if (printed := outlet.printed.take(float("inf"))) is not None:
        log.append(encode(printed))
