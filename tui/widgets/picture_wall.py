"""A grid of plots of a training loop: the most telling large, the others small below."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from textual.app import ComposeResult
from textual.containers import Grid, Vertical

from engine.history import Series
from engine.plots.marks import Marks
from tui.state.training_series import LOSS, LR, Drawable, Picture, pictures
from tui.widgets.plot import PlotView

TWO_LARGE = 20
"""Rows from which the second picture is large too."""

ROOM_BELOW = 16
"""Rows from which there are small pictures at all."""


class PictureWall(Vertical):
    """Draws whatever has series and views; empty until there is something to draw."""

    DEFAULT_CSS = """
    PictureWall {
        .large { height: 3fr; min-height: 5; margin: 0 0 1 0; }
        #small { height: 2fr; grid-rows: 1fr; grid-gutter: 1 3; }
        .small { width: 1fr; height: 1fr; }
        &.-tall #small { height: 3fr; }
    }
    """

    def __init__(
        self,
        large: int = 2,
        small: int = 3,
        across: int = 3,
        *,
        shows_still: bool = False,
        pictures: Callable[[Any, Marks], list[Picture]] = pictures,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        """So many large pictures where there is room, and small ones, so many in a row.

        ``shows_still``: also a learning rate that never changes. ``pictures``: what there is to
        draw of what is shown, in these colours.
        """
        super().__init__(id=id, classes="-tall" if small > across else "")
        self._shows_still = shows_still
        self._pictures = pictures
        self._large, self._small, self._across = large, small, across
        self._first = 0
        self._shown: list[str] = []
        """The titles of what is drawn, in their places."""
        self._style = False, True
        """Whether the axes of what is drawn are linear, and its curves smooth."""
        self.is_linear = False
        """Axes that are logarithmic by themselves are linear."""
        self.is_smooth = True
        self.before: Mapping[str, Series] | None = None
        """The series of another run, drawn behind this one's."""
        self.before_is = ""
        self._seen: Drawable | None = None
        self._marks = Marks((LOSS,))

    def compose(self) -> ComposeResult:
        for _ in range(self._large):
            yield PlotView(classes="large")
        with Grid(id="small") as small:
            small.styles.grid_size_columns = self._across
            for _ in range(self._small):
                yield PlotView(classes="small")

    def on_mount(self) -> None:
        """Nothing to see yet."""
        self._arrange([None] * (self._large + self._small))

    def show(self, seen: Drawable | None) -> None:
        """Draw what there is now."""
        self._seen = seen
        found = self._pictures(seen, self._marks) if seen else []
        if seen and not self._shows_still:
            found = [each for each in found if not is_still(seen, each)]
        found = turned(found, self._first)
        room: list[Picture | None] = list(found)
        if self.size.height < ROOM_BELOW:
            room = room[:1]
        elif self.size.height < TWO_LARGE:
            room[1:1] = [None] * (self._large - 1)
        all_of_them = self._large + self._small
        room = [*room, *[None] * all_of_them][:all_of_them]
        titles = [picture.title if picture else "" for picture in room]
        style = self.is_linear, self.is_smooth
        if (titles, style) != (self._shown, self._style):
            self._arrange(room)
            self._shown, self._style = titles, style
        for view, picture in zip(self.query(PlotView), room, strict=True):
            if picture is not None and seen is not None:
                view.show(picture.content(seen, self.before, self.before_is))

    def on_resize(self) -> None:
        """Another number of pictures fits."""
        self.show(self._seen)

    def turn(self, by: int) -> None:
        """Another picture becomes the first; it is drawn with the next `show`."""
        self._first += by

    def clear(self) -> None:
        """Forget the limits of the run before."""
        self._shown = []
        self._seen = None
        self._first = 0
        self._marks = Marks((LOSS,))
        for view in self.query(PlotView):
            view.clear()

    def _arrange(self, room: list[Picture | None]) -> None:
        views = list(self.query(PlotView))
        for view, picture in zip(views, room, strict=True):
            view.display = picture is not None
            if picture is not None:
                view.clear()
                options = picture.options
                log = options.y_log and not self.is_linear
                view.configure(replace(options, y_log=log, smooth=self.is_smooth))
        below = sum(picture is not None for picture in room[self._large :])
        small = self.query_one("#small")
        small.display = below > 0
        small.styles.grid_size_columns = max(1, min(self._across, below))


def is_still(seen: Drawable, picture: Picture) -> bool:
    """Whether it would only show a learning rate that never changes; the numbers say that."""
    series = seen.series.get(LR) if picture.title == LR else None
    if series is None:
        return False
    low, high = series.window().heights()
    return low == high


def turned(found: list[Picture], by: int) -> list[Picture]:
    """The same, with another one in front."""
    first = by % len(found) if found else 0
    return [*found[first : first + 1], *found[:first], *found[first + 1 :]]
