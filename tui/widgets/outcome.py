"""What the learner's code has printed, and what it has trained."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from tui.state.scratch_run import Trial
from tui.state.watched_script import Picture, pictures
from tui.widgets.output import Output
from tui.widgets.plot import PlotView

MOST_PICTURES = 2
"""The loss and the fit, where there are any; more would be too small to read."""


MOST_ROWS = 6
"""Printed rows in sight; the others are a scroll away."""


class Outcome(Vertical):
    """Hidden while there is nothing to show."""

    DEFAULT_CSS = """
    Outcome {
        height: auto;
        &.-empty { display: none; }
        Output { height: 1; margin: 1 0 0 0; }
        #pictures { height: 13; margin: 1 0 0 0; }
        #pictures > PlotView { width: 1fr; height: 1fr; margin: 0 1 0 0; }
    }
    """

    def __init__(self) -> None:
        super().__init__(id="outcome", classes="-empty")
        self._titles: list[str] = []

    def compose(self) -> ComposeResult:
        yield Output()
        with Horizontal(id="pictures") as pictures_:
            pictures_.display = False
            for number in range(MOST_PICTURES):
                yield PlotView(id=f"picture-{number}")

    def show(self, trial: Trial | None) -> None:
        """Paint what a run has shown so far."""
        printed = self._show_output(trial)
        found = pictures(trial)[:MOST_PICTURES] if trial else []
        views = list(self.query(PlotView))
        titles = [picture.title for picture in found]
        if titles != self._titles:
            self._titles = titles
            self._arrange(found, views)
        for picture, view in zip(found, views, strict=False):
            if trial is not None:
                view.show(picture.content(trial))
        self.set_class(not found and not printed, "-empty")

    def _show_output(self, trial: Trial | None) -> int:
        """The rows that were printed; so many are shown, up to a limit."""
        output = self.query_one(Output)
        rows = len(trial.output) + bool(trial.partial) + bool(trial.lost_bytes) if trial else 0
        output.display = bool(rows)
        if rows:
            output.styles.height = min(rows, MOST_ROWS)
        output.show(trial)
        return rows

    def _arrange(self, found: list[Picture], views: list[PlotView]) -> None:
        self.query_one("#pictures").display = bool(found)
        for number, view in enumerate(views):
            view.display = number < len(found)
            if number < len(found):
                view.clear()
                view.configure(found[number].options)
