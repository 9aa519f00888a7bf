"""Standard streams that are closed, full or read by nobody: told in a sentence, no traceback."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tui.start import complain

UNWRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EBADF, errno.EFBIG}
"""What writing to an open file may fail with."""


def fill_holes() -> None:
    """Open what is closed among the first three descriptors: the next file opened takes its place.

    A command without an output has nothing to do: it ends here, with status 2.
    """
    closed = [fd for fd in (0, 1, 2) if not _is_open(fd)]
    for fd in closed:
        # The lowest that is free is the one that is closed.
        os.open(os.devnull, os.O_RDONLY if fd == 0 else os.O_WRONLY)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if 1 in closed:
        complain("standard output is closed")


def _is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


@contextmanager
def minded_output() -> Iterator[None]:
    """In this block, output that cannot be written ends the command with status 1."""
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # The reader (head, say) has seen enough.
        _write_nowhere()
        sys.exit(1)
    except OSError as error:
        if error.filename is not None or error.errno not in UNWRITABLE:
            raise
        _write_nowhere()
        import click  # here, as the app opens without it

        try:
            click.echo(f"tocha: the output cannot be written: {why(error)}", err=True)
        except OSError:
            _write_nowhere(2)
        sys.exit(1)


def why(error: OSError) -> str:
    """The system's words, as part of a sentence."""
    return (error.strerror or str(error)).lower()


def _write_nowhere(fd: int = 1) -> None:
    """What is left in the buffers goes nowhere, without another complaint."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, fd)
    with suppress(OSError):
        (sys.stdout if fd == 1 else sys.stderr).flush()
