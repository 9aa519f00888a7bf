"""Errors of saving: why nothing can be saved, in one sentence each."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

IOERR_WRITE, IOERR_FSYNC, IOERR_TRUNCATE = (10 | n << 8 for n in (3, 4, 6))
READONLY_MOVED = 8 | 4 << 8
"""Extended result codes of SQLite; the lowest byte alone is the primary code."""


class Fault(Exception):
    """Nothing can be saved; ``str()`` is the sentence that says so."""

    why = "the data folder cannot be used"

    def __init__(self, path: Path | None, detail: str = "") -> None:
        self.path = path
        self.detail = detail
        self.reason = self.why.format(path=path, detail=detail)
        """Why, as part of a sentence."""
        super().__init__(f"Nothing is being saved: {self.reason}.")


class ReadOnly(Fault):
    """The folder or the file may not be written."""

    why = "{path} cannot be written ({detail})"


class Full(Fault):
    """No room on the disk, or over quota."""

    why = "the disk that holds {path} is full or over its quota"


class Locked(Fault):
    """Another program keeps the file locked, or the file system cannot lock."""

    why = "another program keeps {path} locked"


class Moved(Fault):
    """The file was deleted or replaced while it was open."""

    why = "{path} was deleted or replaced"


class Damaged(Fault):
    """The file is not sound; it is set aside."""

    why = "{path} is damaged ({detail})"


class Newer(Fault):
    """The file was written by a newer version, whose rules this one does not know."""

    why = "{path} was written by a newer version of Tocha ({detail}); update Tocha to use it"


KINDS: dict[int, type[Fault]] = {
    sqlite3.SQLITE_BUSY: Locked,
    sqlite3.SQLITE_LOCKED: Locked,
    sqlite3.SQLITE_PROTOCOL: Locked,
    sqlite3.SQLITE_NOLFS: Full,
    sqlite3.SQLITE_FULL: Full,
    sqlite3.SQLITE_CORRUPT: Damaged,
    sqlite3.SQLITE_NOTADB: Damaged,
    sqlite3.SQLITE_READONLY: ReadOnly,
    sqlite3.SQLITE_CANTOPEN: ReadOnly,
    sqlite3.SQLITE_PERM: ReadOnly,
    sqlite3.SQLITE_AUTH: ReadOnly,
    READONLY_MOVED: Moved,
    IOERR_WRITE: Full,
    IOERR_FSYNC: Full,
    IOERR_TRUNCATE: Full,
}

NOT_THE_DISK = (sqlite3.ProgrammingError, sqlite3.IntegrityError, sqlite3.DataError)
"""Errors about values and statements."""

FULL_ERRNOS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def fault_of(error: sqlite3.Error | OSError, path: Path | None) -> Fault:
    """What an error of SQLite or of the system means to the learner."""
    if isinstance(error, OSError):
        kind = Full if error.errno in FULL_ERRNOS else ReadOnly
        return kind(path, os.strerror(error.errno) if error.errno else str(error))
    code = getattr(error, "sqlite_errorcode", 0)
    found = KINDS.get(code) or KINDS.get(code & 0xFF) or Fault
    if path is not None and found is ReadOnly and not path.exists() and path.parent.exists():
        found = ReadOnly if not os.access(path.parent, os.W_OK) else Moved
    return found(path, str(error))


@contextmanager
def faults(path: Path | None) -> Iterator[None]:
    """Turn errors of SQLite and of the system into a `Fault`."""
    try:
        yield
    except NOT_THE_DISK:
        raise
    except (sqlite3.Error, OSError) as error:
        raise fault_of(error, path) from error
