"""The pictures of an experiment, each in as much room as it needs."""

from __future__ import annotations

from collections.abc import Sequence

from textual.containers import Container
from textual.layout import Layout
from textual.message import Message

from engine.plots import Curve
from engine.plots.natural import Want, wanted
from engine.views import AnyView, Grid
from lessons.format.schema import Experiment
from tui.state.plot_options import marks_of, options
from tui.widgets.picture_layout import PictureLayout
from tui.widgets.plot import PlotView

RANGE = 30
"""Columns of what is told of a tensor's colours behind its name and shape."""

Content = Sequence[AnyView | Curve]
"""What is drawn into one picture."""


class PlotColumn(Container):
    """Tables and texts get the rows they need and charts the rest; nothing shrinks again while a
    run goes on, for the eye's sake."""

    class RowsChanged(Message):
        """In another width, all that is shown needs other `PlotColumn.rows`."""

    def __init__(self) -> None:
        super().__init__(id="plots")
        self._arrangement = PictureLayout()
        self._contents: Sequence[Content | None] = ()
        self._width = 0
        """Columns for which the sizes were counted; 0 for a guess."""
        self._is_laid_out = False
        """Whether the pictures are those of the experiment that was set last."""

    @property
    def layout(self) -> Layout:
        """Not one of those that a style sheet can name."""
        return self._arrangement

    async def set_experiment(self, experiment: Experiment | None) -> None:
        """Other pictures, all of them empty."""
        self._arrangement.wants, self._contents = {}, ()
        self._is_laid_out = False
        await self.remove_children()
        if experiment is not None:
            marks = marks_of(experiment)
            await self.mount_all(
                PlotView(options(plot, marks), id=f"plot-{plot.name.replace('_', '-')}")
                for plot in experiment.plots
            )
        self._is_laid_out = True

    def show(self, contents: Sequence[Content | None]) -> None:
        """Draw into each picture; one that has None gives its room to the others."""
        self._contents = contents
        views = list(self.query(PlotView))
        # The app ends while a page opens, or one page follows another: pictures come and go.
        if not views or not self._is_laid_out:
            return
        for view, content in zip(views, contents, strict=True):
            if view.display != (content is not None):
                view.display = content is not None
        self._count()
        for view, content in zip(views, contents, strict=True):
            view.show(content or ())

    def look_at(self, asked: Sequence[tuple[str, str | int]]) -> None:
        """Keep these rows of tables in sight, where there is no room for all."""
        rows: dict[str, list[str | int]] = {}
        for name, row in asked:
            rows.setdefault(name.rpartition("/")[2], []).append(row)
        for view in self.query(PlotView):
            view.look_at(rows)

    @property
    def rows(self) -> int | None:
        """Rows in which all that is shown is seen; None if something can use any height."""
        views = [view for view in self.query(PlotView) if view.display]
        wants = [self._arrangement.wants.get(view, Want()).rows for view in views]
        known = [rows for rows in wants if rows is not None]
        return sum(known) + max(len(known) - 1, 0) if len(known) == len(wants) else None

    def columns(self, most: int) -> int | None:
        """Columns in which all that is shown is seen, each below the other; None for any."""
        needed = 0
        for view, content in zip(self.query(PlotView), self._contents, strict=False):
            if content:
                want = wanted(content, most, title=view.plot.options.title).columns
                if want is None:
                    return None
                has_range = any(isinstance(each, Grid) for each in content)
                needed = max(needed, want + RANGE * has_range)
        return min(needed, most) or None

    def clear(self) -> None:
        """Forget what was drawn, and how."""
        for view in self.query(PlotView):
            view.clear()

    def on_resize(self) -> None:
        """Texts may need more or fewer rows."""
        rows = self.rows
        self._count()
        if self.rows != rows:
            self.post_message(self.RowsChanged())

    def _count(self) -> None:
        """What size each picture would like."""
        wants = self._arrangement.wants
        if self.content_size.width != self._width:
            self._width = self.content_size.width
            wants.clear()
        width = self._width or self.app.size.width // 2
        for view, content in zip(self.query(PlotView), self._contents, strict=False):
            if content:
                want = wanted(content, width, title=view.plot.options.title)
                want = larger(want, wants.get(view, want))
                if want != wants.get(view):
                    wants[view] = want
                    view.refresh(layout=True)  # the view: it is its parent that is arranged anew


def larger(one: Want, other: Want) -> Want:
    """What both fit into."""
    if one.rows is None or other.rows is None or one.columns is None or other.columns is None:
        return Want()
    rows, columns = max(one.rows, other.rows), max(one.columns, other.columns)
    return Want(rows, columns, one.is_firm or other.is_firm, max(one.most, other.most))
