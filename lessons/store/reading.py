"""Tables of what was read: pages, places, predictions; and settings."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import msgspec

from lessons.format.knobs import Value
from lessons.store.database import Database
from lessons.store.records import PageState, Place, Prediction


class Pages:
    """Which pages were opened, and whose activity was done."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def see(self, lesson: str, page: str, *, done: bool = False) -> None:
        """A page was opened; ``done``: and what there is to do on it was done."""
        now = time.time()
        with self._database.change():
            stamp = self._database.stamp()
            self._database.run(
                "INSERT INTO page VALUES (?, ?, ?, ?, ?) ON CONFLICT (lesson, page) DO UPDATE SET "
                "done = ifnull(done, excluded.done), stamp = excluded.stamp",
                *(lesson, page, now, now if done else None, stamp),
            )

    def all(self) -> list[PageState]:
        """Every page that was ever opened."""
        rows = self._database.rows("SELECT lesson, page, seen, done FROM page")
        return [PageState(*row) for row in rows]

    def forget(self, lesson: str, _inside: str) -> int:
        """Delete those of a lesson."""
        return self._database.run("DELETE FROM page WHERE lesson = ?", lesson)


class Places:
    """Where each lesson was left."""

    COLUMNS = "lesson, page, number, knobs, choice, run, exercise"

    def __init__(self, database: Database) -> None:
        self._database = database

    def leave(self, place: Place) -> None:
        """Remember a place as the latest."""
        with self._database.change():
            self._database.run(
                "INSERT OR REPLACE INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                *(place.lesson, place.page, place.number, as_json(place.knobs)),
                *(place.choice, place.run, place.exercise, self._database.stamp()),
            )

    def last(self) -> Place | None:
        """The latest place of all lessons."""
        return self._first("ORDER BY stamp DESC")

    def of(self, lesson: str) -> Place | None:
        """Where a lesson was left."""
        return self._first("WHERE lesson = ?", lesson)

    def _first(self, rest: str, *values: Any) -> Place | None:
        row = self._database.row(f"SELECT {self.COLUMNS} FROM place {rest}", *values)
        if row is None:
            return None
        fields = dict(row)
        fields["knobs"] = msgspec.json.decode(row["knobs"], type=dict[str, Value])
        return Place(**fields)

    def forget(self, lesson: str, _inside: str) -> int:
        """Delete that of a lesson."""
        return self._database.run("DELETE FROM place WHERE lesson = ?", lesson)


class Predictions:
    """Every answer that was given, in order."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, prediction: Prediction) -> None:
        """Keep an answer; adding it twice changes nothing."""
        one = prediction
        with self._database.change():
            self._database.run(
                "INSERT OR IGNORE INTO prediction VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                *(one.uid, one.lesson, one.page, one.kind, one.chosen, one.answer),
                *(one.correct, one.at, self._database.stamp()),
            )

    def all(self, lesson: str | None = None) -> list[Prediction]:
        """Every answer, oldest first; of one lesson, if one is named."""
        rows = self._database.rows(
            "SELECT * FROM prediction WHERE lesson = ?1 OR ?1 IS NULL ORDER BY stamp", lesson
        )
        return list(_predictions(map(dict, rows)))

    def forget(self, lesson: str, _inside: str) -> int:
        """Delete those of a lesson."""
        return self._database.run("DELETE FROM prediction WHERE lesson = ?", lesson)


def _predictions(rows: Iterable[dict[str, Any]]) -> Iterable[Prediction]:
    for row in rows:
        row.pop("stamp")
        yield Prediction(**row | {"correct": bool(row["correct"])})


class Settings:
    """Choices of the learner by name: theme, glyphs, device and so on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set(self, name: str, value: Value) -> None:
        """Keep a choice."""
        with self._database.change():
            self._database.run(
                "INSERT OR REPLACE INTO setting VALUES (?, ?, ?)",
                *(name, as_json(value), self._database.stamp()),
            )

    def all(self) -> dict[str, Value]:
        """Every choice."""
        rows = self._database.rows("SELECT name, value FROM setting")
        return {row["name"]: msgspec.json.decode(row["value"]) for row in rows}


def as_json(value: object) -> str:
    """JSON text of plain values."""
    return msgspec.json.encode(value).decode()
