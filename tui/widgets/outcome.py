"""Output and plots of the learner's code during a check."""

from __future__ import annotations

import time

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from engine.plots.marks import Marks
from tui.state.code_run import CodeRun
from tui.state.training_series import LOSS, Picture, pictures
from tui.terminal.in_sight import is_in_sight
from tui.widgets.output import Output
from tui.widgets.plot import PlotView

MOST_PICTURES = 2
"""The loss and the fit, where there are any; more would be too small to read."""


PAINT_SECONDS = 0.4
"""How often they are painted during a run; most checks are over before."""

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
        self._run: CodeRun | None = None
        self._next = 0.0
        self._marks = Marks((LOSS,))

    def compose(self) -> ComposeResult:
        yield Output()
        with Horizontal(id="pictures") as pictures_:
            pictures_.display = False
            for number in range(MOST_PICTURES):
                yield PlotView(id=f"picture-{number}")

    def begin(self, run: CodeRun) -> None:
        """A run begins; what the one before has shown stays until there is something to see."""
        self._run = run
        self._next = time.monotonic() + PAINT_SECONDS
        self.set_timer(PAINT_SECONDS, self._paint)

    def show(self, run: CodeRun | None) -> None:
        """Paint what a run has shown so far, now and then; at its end, after the verdict."""
        self._run = run
        if run is None or not run.state.is_live:
            self.call_after_refresh(self._paint)
        elif time.monotonic() >= self._next:
            self._paint()

    def _paint(self) -> None:
        if not (self.is_attached and is_in_sight(self.screen)):
            return
        self._next = time.monotonic() + PAINT_SECONDS
        run = self._run
        printed = self._show_output(run)
        found = pictures(run, self._marks)[:MOST_PICTURES] if run else []
        views = list(self.query(PlotView))
        titles = [picture.title for picture in found]
        if titles != self._titles:
            self._titles = titles
            self._arrange(found, views)
        for picture, view in zip(found, views, strict=False):
            if run is not None:
                view.show(picture.content(run))
        self.set_class(not found and not printed, "-empty")

    def _show_output(self, run: CodeRun | None) -> int:
        """The rows that were printed; so many are shown, up to a limit."""
        output = self.query_one(Output)
        rows = len(run.output) + bool(run.partial) + bool(run.lost_bytes) if run else 0
        output.display = bool(rows)
        if rows:
            output.styles.height = min(rows, MOST_ROWS)
        output.show(run)
        return rows

    def _arrange(self, found: list[Picture], views: list[PlotView]) -> None:
        self.query_one("#pictures").display = bool(found)
        for number, view in enumerate(views):
            view.display = number < len(found)
            if number < len(found):
                view.clear()
                view.configure(found[number].options)
