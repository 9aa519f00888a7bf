"""Tables of exercises (attempts, hints, solutions seen) and of drafts, the texts of answers."""

from __future__ import annotations

import time

from lessons.store.database import Database
from lessons.store.records import Draft, ExerciseState


class Exercises:
    """How far each exercise has come."""

    COLUMNS = "name, attempts, hints, passed, solution_seen"

    def __init__(self, database: Database) -> None:
        self._database = database

    def attempt(self, name: str, *, passed: bool) -> None:
        """A check was run; an exercise that passed once stays passed."""
        when = time.time() if passed else None
        self._update(name, "attempts = attempts + 1, passed = ifnull(passed, ?)", when)

    def hint(self, name: str) -> None:
        """One more hint was read."""
        self._update(name, "hints = hints + ?", 1)

    def show_solution(self, name: str) -> None:
        """The solution was read."""
        self._update(name, "solution_seen = ifnull(solution_seen, ?)", time.time())

    def _update(self, name: str, change: str, value: float | None) -> None:
        with self._database.change():
            self._database.run(
                "INSERT OR IGNORE INTO exercise VALUES (?, 0, 0, NULL, NULL, 0)", name
            )
            self._database.run(
                f"UPDATE exercise SET {change}, stamp = ? WHERE name = ?",
                *(value, self._database.stamp(), name),
            )

    def of(self, name: str) -> ExerciseState:
        """One exercise; untouched if nothing is known of it."""
        row = self._database.row(f"SELECT {self.COLUMNS} FROM exercise WHERE name = ?", name)
        return ExerciseState(**dict(row)) if row else ExerciseState(name=name)

    def all(self) -> dict[str, ExerciseState]:
        """Every exercise that was tried, by name."""
        rows = self._database.rows(f"SELECT {self.COLUMNS} FROM exercise")
        return {row["name"]: ExerciseState(**dict(row)) for row in rows}

    def forget(self, _lesson: str, inside: str) -> int:
        """Delete those of a lesson."""
        return self._database.run(
            "DELETE FROM exercise WHERE substr(name, 1, length(?1)) = ?1", inside
        )


class Drafts:
    """Texts by the name of their exercise or scratch page.

    Each session of the app writes its own, so two apps never overwrite each other; the one written
    last is the one to open.
    """

    COLUMNS = "name, text, session, at"

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, name: str, text: str, session: str) -> None:
        """Keep this session's text; half a surrogate pair, which is no text, becomes a "�"."""
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        with self._database.change():
            self._database.run(
                "INSERT INTO draft VALUES (?, ?, 1, ?, ?, ?) "
                "ON CONFLICT (name, session) DO UPDATE SET revision = revision + 1, "
                "text = excluded.text, at = excluded.at, stamp = excluded.stamp",
                *(name, session, text, time.time(), self._database.stamp()),
            )

    def latest(self, name: str) -> Draft | None:
        """The text written last, by any session."""
        row = self._database.row(
            f"SELECT {self.COLUMNS} FROM draft WHERE name = ? ORDER BY stamp DESC", name
        )
        return Draft(**dict(row)) if row else None

    def all(self, name: str | None = None) -> list[Draft]:
        """Every session's text, newest first; of one name, if one is given."""
        rows = self._database.rows(
            f"SELECT {self.COLUMNS} FROM draft WHERE name = ?1 OR ?1 IS NULL ORDER BY stamp DESC",
            name,
        )
        return [Draft(**dict(row)) for row in rows]

    def forget(self, _lesson: str, inside: str) -> int:
        """Delete those of a lesson's exercises."""
        return self._database.run(
            "DELETE FROM draft WHERE substr(name, 1, length(?1)) = ?1", inside
        )
