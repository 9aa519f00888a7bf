"""The words of a page."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from lessons.format.schema import Page
from tui.widgets.activity import ActivityPanel
from tui.widgets.exercise_menu import ExerciseMenu
from tui.widgets.words import Words


class Prose(VerticalScroll, can_focus=True):
    """One page at a time: a Markdown page costs a tenth of a second per kilobyte to mount."""

    def __init__(self) -> None:
        super().__init__(id="prose")

    def compose(self) -> ComposeResult:
        yield Words(id="page")
        yield ActivityPanel()
        yield ExerciseMenu()

    async def show(self, page: Page, lesson: str = "") -> None:
        """Turn to a page of a lesson, and its activity."""
        with self.app.batch_update():
            await self.query_one(Words).update(f"## {page.title}\n\n{page.body}")
            self.query_one(ActivityPanel).set_activity(page.activity)
            self.query_one(ExerciseMenu).set_activity(lesson, page.activity)
        self.scroll_home(animate=False)
