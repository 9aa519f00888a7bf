"""The exercises of a page, each with its number, its state and how long it takes."""

from __future__ import annotations

from collections.abc import Iterator

from textual import work
from textual.content import Content
from textual.widgets import Static

from lessons.format import catalog
from lessons.format.exercises import Exercise
from lessons.format.schema import Activity, exercise_ids
from lessons.store import ExerciseState

Part = tuple[str, str]

MARKS: dict[str, Part] = {
    "open": ("○", "$text-muted"),
    "failed": ("◐", "$primary"),
    "passed": ("●", "$success"),
}


class ExerciseMenu(Static):
    """Hidden where there are none. The screen says which number was pressed."""

    def __init__(self) -> None:
        super().__init__(id="exercise-menu")
        self.exercises: list[Exercise] = []
        self._states: dict[str, ExerciseState] = {}

    def set_activity(self, lesson: str, activity: Activity | None) -> None:
        """Show the exercises of another page."""
        known = {exercise.id: exercise for exercise in catalog.lesson(lesson).exercises}
        self.exercises = [known[id_] for id_ in exercise_ids(activity) if id_ in known]
        self.display = bool(self.exercises)
        if self.exercises:
            self._paint()
            self.look()

    @work(exclusive=True)
    async def look(self) -> None:
        """See how far each has come; it may have been passed meanwhile."""
        if not self.exercises:
            return
        saving = self.app.saving  # type: ignore[attr-defined]
        found = await saving.read(lambda store: store.exercises.all())
        if found is not None and found != self._states:
            self._states = found
            self._paint()

    def open(self, index: int) -> bool:
        """Open the exercise with this number, counted from 0; whether there is one."""
        if index >= len(self.exercises):
            return False
        self.app.open_exercise(self.exercises[index])  # type: ignore[attr-defined]
        return True

    def open_next(self) -> None:
        """Open the first that was not passed, else the first."""
        passed = {name for name, state in self._states.items() if state.passed is not None}
        open_ = (i for i, one in enumerate(self.exercises) if one.name not in passed)
        self.open(next(open_, 0))

    def _paint(self) -> None:
        self.update(Content.assemble(*self._parts()))

    def _parts(self) -> Iterator[Part]:
        one = len(self.exercises) == 1
        yield f"{'Exercise' if one else 'Exercises'}\n", "bold $primary"
        width = max(len(exercise.title) for exercise in self.exercises)
        for number, exercise in enumerate(self.exercises, 1):
            state = self._states.get(exercise.name)
            yield f" {number} ", "$text-muted"
            yield MARKS[state.word if state else "open"]
            yield f" {exercise.title:<{width}}", "bold"
            tries = f"{state.attempts} tries" if state and state.attempts > 1 else ""
            yield f"  {exercise.facts.minutes:>2} min  {tries}".rstrip() + "\n", "$text-muted"
        keys = "1 opens it." if one else f"1 to {len(self.exercises)} open them."
        yield keys, "$text-muted"
