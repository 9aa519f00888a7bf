"""The tables, as a list of migrations: the file's ``user_version`` counts those it has had.

A migration that has been released is never edited; a change of the tables is one more at the end.

``stamp`` orders changes: the time of day, but always later than any stamp before it in this file,
so a clock that goes backwards changes no order. Nothing here needs more than SQLite 3.24.
"""

from __future__ import annotations

import sqlite3

APPLICATION_ID = 0x546F6368
"""Marks the file as one of ours ("Toch")."""

MIGRATIONS: list[str] = [
    """
    CREATE TABLE stamp (last REAL NOT NULL);
    INSERT INTO stamp VALUES (0);
    CREATE TABLE page (
        lesson TEXT NOT NULL, page TEXT NOT NULL,
        seen REAL NOT NULL, done REAL, stamp REAL NOT NULL,
        PRIMARY KEY (lesson, page)
    ) WITHOUT ROWID;
    CREATE TABLE place (
        lesson TEXT PRIMARY KEY, page TEXT NOT NULL, number INTEGER NOT NULL,
        knobs TEXT NOT NULL, choice INTEGER, run TEXT, exercise TEXT, stamp REAL NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE prediction (
        uid TEXT PRIMARY KEY, lesson TEXT NOT NULL, page TEXT NOT NULL, kind TEXT NOT NULL,
        chosen TEXT NOT NULL, answer TEXT NOT NULL, correct INTEGER NOT NULL,
        at REAL NOT NULL, stamp REAL NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX prediction_of ON prediction (lesson, page, stamp);
    CREATE TABLE exercise (
        name TEXT PRIMARY KEY, attempts INTEGER NOT NULL, hints INTEGER NOT NULL,
        passed REAL, solution_seen REAL, stamp REAL NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE draft (
        name TEXT NOT NULL, session TEXT NOT NULL, revision INTEGER NOT NULL,
        text TEXT NOT NULL, at REAL NOT NULL, stamp REAL NOT NULL,
        PRIMARY KEY (name, session)
    );
    CREATE TABLE run (
        uid TEXT PRIMARY KEY, experiment TEXT NOT NULL, knobs TEXT NOT NULL,
        seed INTEGER NOT NULL, device TEXT NOT NULL, versions TEXT NOT NULL,
        state TEXT NOT NULL, started REAL NOT NULL, seconds REAL NOT NULL,
        steps INTEGER NOT NULL, final TEXT NOT NULL, stamp REAL NOT NULL
    );
    CREATE INDEX run_of ON run (experiment, stamp);
    CREATE TABLE curve (
        run TEXT NOT NULL REFERENCES run ON DELETE CASCADE, position INTEGER NOT NULL,
        name TEXT NOT NULL, length INTEGER NOT NULL, data BLOB NOT NULL,
        PRIMARY KEY (run, position)
    );
    CREATE TABLE picture (
        run TEXT NOT NULL REFERENCES run ON DELETE CASCADE, position INTEGER NOT NULL,
        view BLOB NOT NULL,
        PRIMARY KEY (run, position)
    );
    CREATE TABLE setting (
        name TEXT PRIMARY KEY, value TEXT NOT NULL, stamp REAL NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE card (
        name TEXT PRIMARY KEY, card TEXT NOT NULL, due REAL NOT NULL, stamp REAL NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE review (
        uid TEXT PRIMARY KEY, name TEXT NOT NULL, correct INTEGER NOT NULL,
        seconds REAL NOT NULL, at REAL NOT NULL, stamp REAL NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE gone (uid TEXT PRIMARY KEY, stamp REAL NOT NULL) WITHOUT ROWID;
    """,
]


def version() -> int:
    """The version this program writes."""
    return len(MIGRATIONS)


def version_of(connection: sqlite3.Connection) -> int:
    """The version of an open file; 0 when it is empty."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection, to: int | None = None) -> None:
    """Bring an open file to a version, inside the caller's transaction."""
    for number in range(version_of(connection), version() if to is None else to):
        for statement in MIGRATIONS[number].split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {number + 1}")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
