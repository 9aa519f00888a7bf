"""Tables of spaced repetition: the scheduler's card of each question, and every review."""

from __future__ import annotations

from typing import NamedTuple

from lessons.store.database import Database
from lessons.store.records import Review


class Card(NamedTuple):
    """A question that comes back: the scheduler's own JSON, and when it is due (seconds, 1970)."""

    name: str
    card: str
    due: float


class Reviews:
    """Cards by the name of their question, and every answer given in a review."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def schedule(self, card: Card) -> None:
        """Keep what the scheduler says of a question now."""
        with self._database.change():
            self._database.run(
                "INSERT OR REPLACE INTO card VALUES (?, ?, ?, ?)", *card, self._database.stamp()
            )

    def cards(self) -> list[Card]:
        """Every question that comes back, the most overdue first."""
        return [
            Card(*row)
            for row in self._database.rows("SELECT name, card, due FROM card ORDER BY due")
        ]

    def drop(self, name: str) -> None:
        """A question does not come back any more."""
        with self._database.change():
            self._database.run("DELETE FROM card WHERE name = ?", name)

    def add(self, review: Review) -> None:
        """Keep an answer; adding it twice changes nothing."""
        with self._database.change():
            self._database.run(
                "INSERT OR IGNORE INTO review VALUES (?, ?, ?, ?, ?, ?)",
                *(review.uid, review.name, review.correct, review.seconds, review.at),
                self._database.stamp(),
            )

    def seconds_since(self, moment: float) -> float:
        """Time spent on reviews since a moment (seconds since 1970)."""
        row = self._database.row("SELECT total(seconds) FROM review WHERE at >= ?", moment)
        return float(row[0]) if row else 0.0

    def forget(self, _lesson: str, inside: str) -> int:
        """Delete the cards of a lesson; the time spent stays spent."""
        return self._database.run(
            "DELETE FROM card WHERE substr(name, instr(name, ':') + 1, length(?1)) = ?1", inside
        )
