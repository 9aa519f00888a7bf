"""Kept runs in one plot, and what differed between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from lessons.store import Run
from tui.state.plot_options import options
from tui.state.run_comparison import (
    LETTERS,
    KeptRun,
    difference,
    names,
    overlay,
    pictures,
    pictures_of,
)
from tui.widgets.plot import PlotView

Part = tuple[str, str]
"""A piece of text and its style."""


class RunComparison(Vertical):
    """Lays runs over one another; of one run, says what is known of it."""

    def __init__(self) -> None:
        super().__init__(id="compared")
        self._plot = 0
        self._shown: Sequence[KeptRun] = ()

    def compose(self) -> ComposeResult:
        yield PlotView()
        with VerticalScroll(id="difference", can_focus=False):
            yield Static(id="columns", markup=False)
            yield Static(id="same", markup=False)

    def show(self, shown: Sequence[KeptRun]) -> None:
        """Draw and compare these."""
        self._shown = shown
        if not shown:
            nothing = "Nothing is kept yet. Every run that finishes or is stopped comes here."
            self.query_one("#same", Static).update(nothing)
            return
        self._draw()
        self._compare([one.run for one in shown])

    def turn(self) -> None:
        """The experiment's next plot, with the next `show`."""
        self._plot += 1

    def _draw(self) -> None:
        shown, view = self._shown, self.query_one(PlotView)
        plots = pictures(pictures_of(shown[0].run.experiment, shown), shown)
        view.clear()
        if plots:
            plot = plots[self._plot % len(plots)]
            content = overlay(plot, shown)
            view.configure(replace(options(plot), order=names(content)))
            view.show(content)

    def _compare(self, runs: list[Run]) -> None:
        different, same = difference(runs)
        columns = self.query_one("#columns", Static)
        columns.display = len(runs) > 1
        if columns.display:
            columns.update(side_by_side(different, len(runs)))
        words = ", ".join(f"{name} {text}" for name, text in same)
        words = f"the same: {words}" if columns.display else words
        self.query_one("#same", Static).update(words)


def side_by_side(rows: list[tuple[str, list[str]]], count: int) -> Content:
    """What differs between runs, a column a run."""
    table = [("", list(LETTERS[:count])), *rows]
    wide = max(len(name) for name, _ in table)
    columns = [max(len(texts[i]) for _, texts in table) for i in range(count)]
    parts: list[Part] = []
    for name, texts in table:
        cells = "  ".join(f"{text:<{room}}" for text, room in zip(texts, columns, strict=True))
        parts.append((f"{name:<{wide}}  ", "$text-muted"))
        parts.append((f"{cells}\n", "" if name else "bold $primary"))
    return Content.assemble(*parts).rstrip()
