"""What the learner's code has printed, and what it has trained."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from tui.trial import Trial
from tui.watched import Picture, pictures
from tui.widgets.console import Console
from tui.widgets.plot import PlotView

MOST_PICTURES = 2
"""The loss and the fit, where there are any; more would be too small to read."""


class Outcome(Vertical):
    """Hidden while there is nothing to show."""

    DEFAULT_CSS = """
    Outcome {
        height: auto;
        &.-empty { display: none; }
        #console { height: auto; max-height: 7; margin: 1 0 0 0; padding: 0 1; }
        #console { background: $surface; }
        #pictures { height: 13; margin: 1 0 0 0; }
        #pictures > PlotView { width: 1fr; height: 1fr; margin: 0 1 0 0; }
    }
    """

    def __init__(self) -> None:
        super().__init__(id="outcome", classes="-empty")
        self._titles: list[str] = []

    def compose(self) -> ComposeResult:
        yield Console()
        with Horizontal(id="pictures") as pictures_:
            pictures_.display = False
            for number in range(MOST_PICTURES):
                yield PlotView(id=f"picture-{number}")

    def show(self, trial: Trial | None, *, now: bool = False) -> None:
        """Paint what a run has shown so far."""
        console = self.query_one(Console)
        console.show(trial, now=now)
        found = pictures(trial)[:MOST_PICTURES] if trial else []
        views = list(self.query(PlotView))
        titles = [picture.title for picture in found]
        if titles != self._titles:
            self._titles = titles
            self._arrange(found, views)
        for picture, view in zip(found, views, strict=False):
            if trial is not None:
                view.show(picture.content(trial))
        self.set_class(not found and not console.display, "-empty")

    def _arrange(self, found: list[Picture], views: list[PlotView]) -> None:
        self.query_one("#pictures").display = bool(found)
        for number, view in enumerate(views):
            view.display = number < len(found)
            if number < len(found):
                view.clear()
                view.configure(found[number].options)
