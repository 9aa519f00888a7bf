"""What the screens with an editor have in common: they run its text, and mark where it failed."""

from __future__ import annotations

from typing import ClassVar

from engine.process.protocol import AnyJob, Frame
from tui.screens.run_screen import RunScreen
from tui.state.code_run import CodeRun
from tui.state.engine_runs import Runs
from tui.widgets.code_pane import CodePane
from tui.widgets.editor import Editor


class CodeRunScreen(RunScreen[CodeRun]):
    """Runs the learner's text. A line is marked only while the text is the one that ran."""

    QUIT_KEY: ClassVar[str] = "ctrl+q"

    def __init__(self, runs: Runs, pane_id: str) -> None:
        """``pane_id`` names the pane for the style sheet."""
        super().__init__(runs)
        self.pane = CodePane(id=pane_id)
        """To be composed where the editor belongs."""
        self.ran = ""
        """The text as it was started."""
        self.has_text = False
        """Whether the text is there to be written on: what is typed before waits for it."""

    @property
    def editor(self) -> Editor:
        """Where the text is written."""
        return self.pane.editor

    def is_gone(self) -> bool:
        """Whether the app has ended while something was waited for: the widgets go first."""
        return not self.pane.is_attached

    def text_came(self) -> None:
        """Take what was typed meanwhile; call when the editor has been asked to take the focus."""
        self.has_text = True
        # Not at once: the focus moves when its turn comes, too.
        self.app.call_later(self.app.take_up_keys)  # type: ignore[attr-defined]

    def job(self, code: str) -> AnyJob:
        """What the engine is asked to do with the text."""
        raise NotImplementedError

    def run_text(self, *, paused: bool = False) -> CodeRun:
        """Run the text as it is, in place of what may still run."""
        self.cut_short()
        self.ran = self.editor.text
        self.editor.mark(None)
        self.run = CodeRun(self.runs.start(self, self.job(self.ran), paused=paused))
        return self.run

    def mark(self, place: Frame | None) -> None:
        """Mark where the run failed."""
        if place is not None and self.editor.text == self.ran:
            self.editor.mark_frame(place)
