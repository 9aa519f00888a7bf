"""Tables of runs that are over: knobs, numbers, thinned curves, last pictures."""

from __future__ import annotations

import sqlite3
import sys
import zlib
from array import array
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import msgspec

from lessons.format.knobs import Value
from lessons.store.database import Database
from lessons.store.reading import as_json
from lessons.store.records import Curve, Run, RunState


class Runs:
    """Every run that finished or was stopped, until it is deleted."""

    COLUMNS = (
        "experiment, knobs, seed, device, versions, state, started, seconds, steps, final, uid"
    )

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, run: Run, curves: Iterable[Curve] = (), views: Iterable[bytes] = ()) -> None:
        """Keep a run; adding it twice changes nothing.

        Args:
            views: the last views of its pictures, encoded as their reader wants them.
        """
        with self._database.change():
            stamp = self._database.stamp()
            row = _row(run)
            marks = ", ".join("?" * (len(row) + 1))
            added = self._database.run(
                f"INSERT OR IGNORE INTO run ({self.COLUMNS}, stamp) VALUES ({marks})", *row, stamp
            )
            if not added:
                return
            for position, curve in enumerate(curves):
                self._database.run(
                    "INSERT INTO curve VALUES (?, ?, ?, ?, ?)",
                    *(run.uid, position, curve.name, curve.length, _pack(curve)),
                )
            for position, view in enumerate(views):
                self._database.run("INSERT INTO picture VALUES (?, ?, ?)", run.uid, position, view)

    def all(self, experiment: str | None = None) -> list[Run]:
        """Every run, newest first; of one experiment, if one is named."""
        rows = self._database.rows(
            f"SELECT {self.COLUMNS} FROM run WHERE experiment = ?1 OR ?1 IS NULL "
            "ORDER BY stamp DESC",
            experiment,
        )
        return list(map(_run, rows))

    def get(self, uid: str) -> Run | None:
        """The run of this uid."""
        row = self._database.row(f"SELECT {self.COLUMNS} FROM run WHERE uid = ?", uid)
        return _run(row) if row else None

    def curves(self, uid: str) -> list[Curve]:
        """The curves of a run, in the order they were given."""
        rows = self._database.rows(
            "SELECT name, length, data FROM curve WHERE run = ? ORDER BY position", uid
        )
        return [_unpack(*row) for row in rows]

    def views(self, uid: str) -> list[bytes]:
        """The last views of a run, as they were given."""
        rows = self._database.rows("SELECT view FROM picture WHERE run = ? ORDER BY position", uid)
        return [row["view"] for row in rows]

    def delete(self, *uids: str) -> None:
        """Delete runs; they stay deleted when stores are brought together."""
        with self._database.change():
            for uid in uids:
                self._database.run(
                    "INSERT OR IGNORE INTO gone VALUES (?, ?)", uid, self._database.stamp()
                )
                self._database.run("DELETE FROM run WHERE uid = ?", uid)


def _row(run: Run) -> Sequence[Any]:
    texts = {name: as_json(getattr(run, name)) for name in ("knobs", "versions", "final")}
    fields = msgspec.structs.asdict(run) | texts | {"state": run.state.value}
    return [fields[name] for name in Runs.COLUMNS.split(", ")]


def _run(row: sqlite3.Row) -> Run:
    fields: dict[str, Any] = dict(row)
    fields["knobs"] = msgspec.json.decode(row["knobs"], type=dict[str, Value])
    fields["versions"] = msgspec.json.decode(row["versions"], type=dict[str, str])
    fields["final"] = msgspec.json.decode(row["final"], type=dict[str, float | None])
    fields["state"] = RunState(row["state"])
    return Run(**fields)


def _pack(curve: Curve) -> bytes:
    """How many columns there are, then column after column of doubles, compressed."""
    columns = [curve.steps, curve.values]
    if len(curve.low):
        columns += [curve.low, curve.high]
    return zlib.compress(_little(array("d", chain([len(columns)], *columns))).tobytes())


def _unpack(name: str, length: int, data: bytes) -> Curve:
    numbers = array("d")
    numbers.frombytes(zlib.decompress(data))
    count, *_ = _little(numbers)
    size = (len(numbers) - 1) // int(count)
    steps, values, *extremes = (numbers[1 + i * size :][:size] for i in range(int(count)))
    low, high = extremes or (array("d"), array("d"))
    return Curve(name, steps, values, low, high, length)


def _little(numbers: array[float]) -> array[float]:
    """Little-endian, on whatever machine."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
