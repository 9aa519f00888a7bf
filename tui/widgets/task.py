"""What an exercise asks for, the hints that were taken, and the solution."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from tui.state.exercise_work import ExerciseWork
from tui.widgets.words import Words


class Task(VerticalScroll, can_focus=True):
    """One document that grows as hints are taken."""

    def __init__(self, work: ExerciseWork) -> None:
        super().__init__(id="task")
        self._work = work
        self._shown = work.exercise.instructions
        self._is_open = False

    def compose(self) -> ComposeResult:
        yield Words(self._shown, id="instructions")

    async def take_hint(self) -> bool:
        """Show one more hint; False when there is none left."""
        is_news = self._work.take_hint()
        await self.show()
        return is_news

    async def show(self, *, solution: bool = False) -> None:
        """The instructions, the hints that were taken, and the solution where it may be seen."""
        exercise = self._work.exercise
        is_first, self._is_open = not self._is_open, True
        parts = [exercise.instructions]
        for number, hint in enumerate(self._work.hints, 1):
            parts.append(f"**Hint {number} of {len(exercise.hints)}**\n\n{hint}")
        if solution:
            parts.append(f"**One solution**\n\n```python\n{exercise.solution}```")
        text = "\n\n".join(parts)
        if text == self._shown:
            return
        self._shown = text
        await self.query_one(Words).update(text)
        if not is_first:
            self.call_after_refresh(self.scroll_end, animate=False)
