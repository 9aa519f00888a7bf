"""From a page of a lesson to other screens: its code, a copy of it, earlier runs, the bench."""

from __future__ import annotations

from lessons.store import Run as StoredRun
from tui.screens.code import CodeScreen
from tui.screens.stepping import SteppingScreen
from tui.state.engine_runs import Runs
from tui.state.lesson_record import LessonRecord
from tui.widgets.lesson_page import LessonPage


class LessonWays(SteppingScreen):
    """Opens what belongs to the experiment of the page that is open."""

    def __init__(self, runs: Runs, record: LessonRecord) -> None:
        super().__init__(runs)
        self._record = record

    @property
    def _sides(self) -> LessonPage:
        return self.query_one(LessonPage)

    def run_again(self, stored: StoredRun | None) -> None:
        """Start a kept run once more."""
        raise NotImplementedError

    def action_code(self) -> None:
        """Show the exact source of the experiment."""
        if asked := self._sides.stage.asked:
            self.app.push_screen(CodeScreen(*asked, self.run.lines if self.run else ()))

    def action_edit_copy(self) -> None:
        """Copy the experiment into the editor, with the knobs as they are."""
        if asked := self._sides.stage.asked:
            self.app.open_copy(*asked)  # type: ignore[attr-defined]

    def action_earlier_runs(self) -> None:
        """The kept runs of this experiment."""
        from tui.screens.history_of_runs import RunsScreen

        screen = RunsScreen(self.app.saving, self._record.experiment_name)  # type: ignore[attr-defined]
        self.app.push_screen(screen, self.run_again)

    def action_bench(self) -> None:
        """Every preset of this page in one list."""
        self.cut_short()
        self.app.open_bench(f"{self._record.lesson.slug}/{self._record.page.address}")  # type: ignore[attr-defined]
