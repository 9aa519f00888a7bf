"""Snapshots: all rows of a store as one value, to export, import, rescue and merge."""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Iterator
from typing import Any, TypeAlias

import msgspec

from lessons.store import schema
from lessons.store.database import Database, connect
from lessons.store.faults import faults

FORMAT = "tocha-progress"

Row: TypeAlias = dict[str, Any]

NEWEST = "stamp"
"""The rule for tables whose rows are replaced as a whole: the later stamp wins."""

RULES: dict[str, str] = {
    "gone": "",
    "page": """seen = min(seen, excluded.seen),
        done = min(ifnull(done, excluded.done), ifnull(excluded.done, done)),
        stamp = max(stamp, excluded.stamp)""",
    "place": NEWEST,
    "prediction": "",
    "exercise": """attempts = max(attempts, excluded.attempts), hints = max(hints, excluded.hints),
        passed = min(ifnull(passed, excluded.passed), ifnull(excluded.passed, passed)),
        solution_seen = min(ifnull(solution_seen, excluded.solution_seen),
            ifnull(excluded.solution_seen, solution_seen)),
        stamp = max(stamp, excluded.stamp)""",
    "draft": "revision",
    "run": "",
    "curve": "",
    "picture": "",
    "setting": NEWEST,
    "card": NEWEST,
    "review": "",
}
"""How a row that both stores have is brought together, by table, parents before their children:
assignments, the column whose greater value wins, or nothing where such rows are always equal."""


class Snapshot(msgspec.Struct, kw_only=True):
    """The rows of every table. Bytes are base64 text in JSON."""

    format: str = FORMAT
    version: int
    """The schema version the rows belong to."""
    tables: dict[str, list[Row]]

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(len(rows) for rows in self.tables.values())


def take(database: Database) -> Snapshot:
    """Everything a store holds."""
    with faults(database.path):
        tables = {
            table: list(map(dict, database.connection.execute(f"SELECT * FROM {table}")))
            for table in RULES
        }
        return Snapshot(version=schema.version_of(database.connection), tables=tables)


def rescue(connection: sqlite3.Connection) -> Snapshot:
    """What can still be read of a damaged file: of every table, the rows before the damage."""
    tables: dict[str, list[Row]] = {}
    try:
        version = schema.version_of(connection)
    except sqlite3.Error:
        return Snapshot(version=schema.version(), tables={})
    for table in RULES:
        tables[table] = list(_readable(connection, table))
    return Snapshot(version=min(version, schema.version()), tables=tables)


def _readable(connection: sqlite3.Connection, table: str) -> Iterator[Row]:
    try:
        yield from map(dict, connection.execute(f"SELECT * FROM {table}"))
    except (sqlite3.Error, ValueError):  # text may be no UTF-8 any more
        return


def merge(database: Database, snapshot: Snapshot, *, tolerant: bool = False) -> int:
    """Bring the rows of a snapshot in; doing it twice changes nothing.

    Args:
        tolerant: leave rows out that do not fit, as those of a damaged file may not.

    Returns:
        How many rows were left out.

    Raises:
        ValueError: rows do not fit the tables of their version.
        Fault: they cannot be written.
    """
    tables = _current(snapshot).tables
    left_out = 0
    with database.change():
        for table, rule in RULES.items():
            for row in tables.get(table, []):
                try:
                    _put(database, table, row, rule)
                except MISFIT as error:
                    if not tolerant:
                        raise ValueError(f"a row of {table} does not fit: {error}") from error
                    left_out += 1
        _bury(database)
        database.run("UPDATE stamp SET last = max(last, ?)", _latest(tables))
    return left_out


MISFIT = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.DataError, OverflowError)


def _latest(tables: dict[str, list[Row]]) -> float:
    stamps = [row.get("stamp", 0) for rows in tables.values() for row in rows]
    return max((stamp for stamp in stamps if isinstance(stamp, float)), default=0.0)


def _put(database: Database, table: str, row: Row, rule: str) -> None:
    names = ", ".join(row)
    if not rule:
        resolve = "DO NOTHING"
    elif "=" in rule:
        resolve = f"DO UPDATE SET {rule}"
    else:
        assignments = ", ".join(f"{name} = excluded.{name}" for name in row)
        resolve = f"DO UPDATE SET {assignments} WHERE excluded.{rule} > {table}.{rule}"
    key = ", ".join(_key(database, table))
    marks = ", ".join("?" * len(row))
    sql = f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT ({key}) {resolve}"
    database.run(sql, *row.values())


def _key(database: Database, table: str) -> list[str]:
    columns = database.rows(f"PRAGMA table_info({table})")
    return [row["name"] for row in sorted(columns, key=lambda row: row["pk"]) if row["pk"]]


def _bury(database: Database) -> None:
    """What was deleted in one of the two stays deleted."""
    database.run("DELETE FROM run WHERE uid IN (SELECT uid FROM gone)")


def _current(snapshot: Snapshot) -> Snapshot:
    """The same rows as the tables of today have them: an older snapshot is migrated in memory."""
    if snapshot.version == schema.version():
        return snapshot
    old = connect(":memory:")
    try:
        schema.migrate(old, to=snapshot.version)
        for table, rows in snapshot.tables.items():
            for row in rows:
                marks = ", ".join("?" * len(row))
                sql = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"
                old.execute(sql, list(row.values()))
        schema.migrate(old)
        return take(Database(old, None))
    except (sqlite3.Error, OverflowError) as error:
        raise ValueError(f"its rows do not fit its tables: {error}") from error
    finally:
        old.close()


def to_json(snapshot: Snapshot) -> bytes:
    """A snapshot as JSON, indented for people."""
    return msgspec.json.format(msgspec.json.encode(snapshot), indent=1) + b"\n"


def from_json(text: bytes) -> Snapshot:
    """The snapshot in a file.

    Raises:
        ValueError: it is none, or from a newer version; the message says which.
    """
    try:
        snapshot = msgspec.json.decode(text, type=Snapshot)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"this is no exported progress: {error}") from error
    if snapshot.format != FORMAT:
        raise ValueError(f"this is no exported progress: its format is {snapshot.format!r}")
    if not 1 <= snapshot.version <= schema.version():
        raise ValueError(
            f"it was exported by a newer version (schema {snapshot.version}, this program reads "
            f"up to {schema.version()})"
        )
    known = schema_columns(snapshot.version)
    for table, rows in snapshot.tables.items():
        for row in rows:
            if set(row) != set(known.get(table, ())):
                raise ValueError(f"this is no exported progress: a row of {table!r} does not fit")
            _restore_bytes(table, row)
    return snapshot


def schema_columns(version: int) -> dict[str, list[str]]:
    """The columns of every table of a version."""
    connection = connect(":memory:")
    try:
        schema.migrate(connection, to=version)
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: [row["name"] for row in connection.execute(f"PRAGMA table_info({name})")]
            for (name,) in names
        }
    finally:
        connection.close()


def _restore_bytes(table: str, row: Row) -> None:
    for column in BYTES.get(table, ()):
        try:
            row[column] = base64.b64decode(row[column], validate=True)
        except (TypeError, ValueError) as error:
            raise ValueError(f"this is no exported progress: {table}.{column}") from error


BYTES = {"curve": ("data",), "picture": ("view",)}
"""Columns that hold bytes."""
