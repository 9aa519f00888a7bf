"""The exercises of a page, each with its number, its state and how long it takes."""

from __future__ import annotations

from collections.abc import Iterator

from textual import events, work
from textual.content import Content
from textual.widgets import Static

from lessons.format import catalog
from lessons.format.exercises import Exercise
from lessons.format.schema import Activity, exercise_ids
from lessons.store import ExerciseState
from tui.widgets.activity import Part, clickable, clicked

MARKS: dict[str, tuple[str, str]] = {
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

    def on_click(self, event: events.Click) -> None:
        """On an exercise, open it."""
        index = clicked(event)
        if index is not None:
            self.open(index)

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
        for index, exercise in enumerate(self.exercises):
            state = self._states.get(exercise.name)
            tries = f"{state.attempts} tries" if state and state.attempts > 1 else ""
            facts = f"  {exercise.facts.minutes:>2} min  {tries}".rstrip()
            yield clickable(
                index, (f" {index + 1} ", "$text-muted"), MARKS[state.word if state else "open"],
                (f" {exercise.title:<{width}}", "bold"), (f"{facts}\n", "$text-muted"),
            )  # fmt: skip
        keys = "1 opens it." if one else f"1 to {len(self.exercises)} open them."
        yield keys, "$text-muted"
