"""The database: one open SQLite file, transactions that several sessions may want at once."""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lessons.store import schema
from lessons.store.faults import Damaged, Moved, Newer, faults

BUSY_SECONDS = 4.0
"""How long to wait for another session's transaction; they take milliseconds."""

LONGEST_NAP = 0.02
"""Seconds between two tries to be next. SQLite's own waiting grows to 0.1 s, and one who sleeps
that long is never next beside sessions that write without pause."""

TICK = 1e-6
"""The least distance of two stamps, in seconds; well above what a double resolves today."""


def connect(target: str, *, uri: bool = False) -> sqlite3.Connection:
    """A connection without implicit transactions, used by one thread at a time."""
    connection = sqlite3.connect(
        target, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=uri
    )
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


class Database:
    """A connection to a file with our tables, or to memory (``path`` None).

    Every method raises a `Fault` when the disk, the file or another program is in the way.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path | None) -> None:
        self.connection = connection
        self.path = path
        self.inode = identity(path)
        """Which file this is, whatever becomes of its name."""
        self._depth = 0
        self._stamp = 0.0

    @contextmanager
    def change(self) -> Iterator[None]:
        """All of it or nothing; inside another change it becomes part of that one."""
        if self._depth:
            yield
            return
        with faults(self.path):
            self._begin()
        try:
            yield
            with faults(self.path):
                self._set_stamp()
                self.connection.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        finally:
            self._depth = 0

    def _begin(self) -> None:
        if identity(self.path) != self.inode:
            raise Moved(self.path)
        self._wait_for_turn()
        self._depth = 1
        try:
            self.check_version()
            self._stamp = float(self.connection.execute("SELECT last FROM stamp").fetchone()[0])
        except BaseException:
            self._roll_back()
            self._depth = 0
            raise

    def _wait_for_turn(self) -> None:
        end = time.monotonic() + BUSY_SECONDS
        self.connection.execute("PRAGMA busy_timeout = 0")
        try:
            while True:
                try:
                    self.connection.execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.OperationalError as error:
                    is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                    if not is_busy or time.monotonic() >= end:
                        raise
                time.sleep(random.uniform(0.001, LONGEST_NAP))
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")

    def _set_stamp(self) -> None:
        self.connection.execute("UPDATE stamp SET last = max(last, ?)", (self._stamp,))

    def _roll_back(self) -> None:
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def stamp(self) -> float:
        """The stamp of a change that is being made: now, or just after the latest change."""
        self._stamp = max(time.time(), self._stamp + TICK)
        return self._stamp

    def check_version(self) -> None:
        """See that no newer program has changed the tables meanwhile.

        Raises:
            Newer: one has.
        """
        found = schema.version_of(self.connection)
        if found > schema.version():
            detail = f"its schema is {found}, this program writes {schema.version()}"
            raise Newer(self.path, detail)

    def run(self, sql: str, *values: Any) -> int:
        """Execute one statement; how many rows it changed."""
        with faults(self.path):
            return self.connection.execute(sql, values).rowcount

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """All rows of a query."""
        with faults(self.path):
            return self.connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        with faults(self.path):
            found: sqlite3.Row | None = self.connection.execute(sql, values).fetchone()
            return found

    def check(self) -> None:
        """Read the whole file and see that it is sound.

        Raises:
            Damaged: it is not.
        """
        with faults(self.path):
            answer = self.connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if answer != "ok":
            raise Damaged(self.path, str(answer).splitlines()[-1])

    def close(self) -> None:
        """Close the connection; what is not committed is lost."""
        self.connection.close()


def identity(path: Path | None) -> tuple[int, int] | None:
    """Which file a path leads to now; None where there is none."""
    if path is None:
        return None
    try:
        found = os.stat(path)  # noqa: PTH116 - Path.stat is no faster and says no more
    except OSError:
        return None
    return found.st_dev, found.st_ino
