"""The pictures of an experiment, one under the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, repeat

from textual.containers import Vertical

from engine.plots import Curve
from engine.plots.natural import rows_wanted
from engine.views import AnyView
from lessons.format.schema import Experiment
from tui.state.plot_options import marks_of, options
from tui.widgets.heights import shared
from tui.widgets.plot import PlotView

Content = Sequence[AnyView | Curve]
"""What is drawn into one picture."""


class PlotColumn(Vertical):
    """Tables and texts get the rows they need and charts the rest; nothing shrinks again while a
    run goes on, for the eye's sake."""

    def __init__(self) -> None:
        super().__init__(id="plots")
        self._wanted: dict[PlotView, int | None] = {}
        self._heights: dict[PlotView, int | str] = {}
        self._contents: Sequence[Content | None] = ()
        self._width = 0
        """Columns for which the wanted rows were counted; 0 for a guess."""

    async def set_experiment(self, experiment: Experiment | None) -> None:
        """Other pictures, all of them empty."""
        self._wanted, self._heights, self._contents = {}, {}, ()
        await self.remove_children()
        if experiment is not None:
            marks = marks_of(experiment)
            await self.mount_all(
                PlotView(options(plot, marks), id=f"plot-{plot.name.replace('_', '-')}")
                for plot in experiment.plots
            )

    def show(self, contents: Sequence[Content | None]) -> None:
        """Draw into each picture; one that has None gives its room to the others."""
        self._contents = contents
        for view, content in zip(self.query(PlotView), contents, strict=True):
            if view.display != (content is not None):
                view.display = content is not None
        self._count()
        self._share()
        for view, content in zip(self.query(PlotView), contents, strict=True):
            view.show(content or ())

    @property
    def rows(self) -> int | None:
        """Rows in which all that is shown is seen; None if something can use any height."""
        wanted = [self._wanted.get(view) for view in self.query(PlotView) if view.display]
        known = [rows for rows in wanted if rows is not None]
        return sum(known) if len(known) == len(wanted) else None

    def clear(self) -> None:
        """Forget what was drawn, and how."""
        for view in self.query(PlotView):
            view.clear()

    def on_resize(self) -> None:
        """There are other rows to share, and texts may need more or less of them."""
        self._count()
        self._share()

    def _count(self) -> None:
        """How many rows each picture would like."""
        if self.content_size.width != self._width:
            self._width = self.content_size.width
            self._wanted = {}
        width = self._width or self.app.size.width // 2
        for view, content in zip(self.query(PlotView), self._contents, strict=False):
            if content:
                wanted = rows_wanted(content, width, titled=bool(view.plot.options.title))
                known = self._wanted.get(view)
                self._wanted[view] = wanted if wanted is None else max(wanted + 1, known or 0)

    def _share(self) -> None:
        views = [view for view in self.query(PlotView) if view.display]
        heights = shared([self._wanted.get(view) for view in views], self.content_size.height)
        parts: Iterator[str] = chain(["3fr"], repeat("2fr"))
        for view, rows in zip(views, heights, strict=True):
            height = next(parts) if rows is None else rows
            if height != self._heights.get(view):
                self._heights[view] = view.styles.height = height
