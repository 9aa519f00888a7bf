"""What an exercise asks for, the hints that were taken, and the solution."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Markdown

from lessons.format.exercises import Exercise


class Task(VerticalScroll, can_focus=True):
    """One document that grows as hints are taken."""

    def __init__(self, exercise: Exercise) -> None:
        super().__init__(id="task")
        self._exercise = exercise
        self._shown = ""

    def compose(self) -> ComposeResult:
        yield Markdown(id="instructions", open_links=False)

    async def show(self, hints: list[str], *, solution: bool = False, to_end: bool = True) -> None:
        """The instructions, these hints, and the solution where it may be seen."""
        parts = [self._exercise.instructions]
        for number, hint in enumerate(hints, 1):
            parts.append(f"**Hint {number} of {len(self._exercise.hints)}**\n\n{hint}")
        if solution:
            parts.append(f"**One solution**\n\n```python\n{self._exercise.solution}```")
        text = "\n\n".join(parts)
        if text == self._shown:
            return
        self._shown = text
        await self.query_one(Markdown).update(text)
        if to_end:
            self.call_after_refresh(self.scroll_end, animate=False)
