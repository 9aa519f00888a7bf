"""Recovery: a damaged file is set aside, never overwritten; what can still be read is kept."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from lessons.store import snapshot
from lessons.store.database import connect, identity
from lessons.store.faults import Fault, fault_of
from lessons.store.snapshot import Snapshot

JOURNAL = "-journal"


def set_aside(path: Path, damaged: tuple[int, int] | None) -> Path | None:
    """Give a damaged file another name beside it; None when another session already did.

    Raises:
        Fault: the folder cannot be written.
    """
    if damaged is None or identity(path) != damaged:
        return None
    aside = _free_name(path)
    try:
        # The journal first: a journal must never meet a file it does not belong to.
        with suppress(FileNotFoundError):
            os.rename(f"{path}{JOURNAL}", f"{aside}{JOURNAL}")  # noqa: PTH104 - no Path to hand
        path.rename(aside)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise fault_of(error, path) from error
    return aside


def _free_name(path: Path) -> Path:
    day = time.strftime("%Y-%m-%d")
    for number in range(1, 10_000):
        name = path.with_name(f"{path.stem}-damaged-{day}-{number}{path.suffix}")
        if not name.exists():
            return name
    raise Fault(path, "too many damaged files lie beside it")


def readable_part(aside: Path) -> Snapshot:
    """What can still be read of a file that was set aside; the file stays as it is."""
    nothing = Snapshot(version=1, tables={})
    try:
        connection = connect(f"{aside.as_uri()}?mode=ro&immutable=1", uri=True)
    except sqlite3.Error:
        return nothing
    try:
        return snapshot.rescue(connection)
    except sqlite3.Error:
        return nothing
    finally:
        connection.close()
