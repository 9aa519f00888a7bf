"""An experiment on the screen: knobs, plots, output and status of its run."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import Static

from engine.plots import Curve
from engine.views import AnyView, Code
from lessons.format.schema import Experiment, Knob, Value
from tui.state.live_run import LiveRun, RunState
from tui.widgets.code_room import code_columns, turned_lines
from tui.widgets.console import Console
from tui.widgets.knob import KnobRow
from tui.widgets.knobs import Knobs
from tui.widgets.plot_column import PlotColumn
from tui.widgets.run_status import RunStatus
from tui.widgets.source_panel import SourcePanel

BESIDE = ("-with-code", "-broad")
"""Classes of a screen that is wide enough for code beside pictures."""

SEED = Knob(name="seed", label="seed", default=0, kind="int", low=0, high=9999, step_size=1)
"""Every experiment with random numbers has it: same seed, same numbers."""


def turnable(experiment: Experiment) -> list[Knob]:
    """The experiment's knobs, and the seed where it does something and is not one of them."""
    has_own = any(knob.name == SEED.name for knob in experiment.knobs)
    return [*experiment.knobs, SEED] if experiment.random and not has_own else experiment.knobs


LEAST_CODE = 6
"""Rows of code below which it is not worth a look."""

LEAST_HELD, MOST_HELD = 5, 9
"""Rows of code below the pictures of a run that is held."""


class Stage(Container):
    """Shows a `LiveRun`, and before the first one what it starts from; starts nothing itself."""

    def __init__(self) -> None:
        super().__init__(id="stage")
        self.experiment: Experiment | None = None
        self.opening: LiveRun | None = None
        """What there is to see before a run."""
        self._shown: tuple[LiveRun | None, LiveRun | None] = None, None
        self._room: tuple[bool, int | None, str] = False, None, ""
        self._has_ghost = True
        self._spread: tuple[LiveRun | None, int] = None, 0
        """The run whose pictures the code stands beside, and the columns they need."""

    def compose(self) -> ComposeResult:
        yield Knobs()
        with Container(id="bench"):
            with Vertical(id="pictures"):
                yield PlotColumn()
                yield Console()
            yield SourcePanel()
        yield Static(id="outcome")
        yield RunStatus()

    async def set_experiment(self, experiment: Experiment | None) -> None:
        """Lay out the knobs and pictures of an experiment."""
        if experiment is self.experiment:
            return
        self.experiment = experiment
        knobs = self.query_one("#knobs")
        with self.app.batch_update():
            await knobs.remove_children()
            if experiment is not None:
                await knobs.mount_all([KnobRow(knob) for knob in turnable(experiment)])
                self._offer_seed()
            await self.query_one(PlotColumn).set_experiment(experiment)
        self.show(None, now=True)

    @property
    def values(self) -> dict[str, Value]:
        """The value of every knob of the experiment."""
        return {row.knob.name: row.value for row in self.query(KnobRow) if row.knob is not SEED}

    @property
    def asked(self) -> tuple[Experiment, dict[str, Value], int] | None:
        """The experiment with its knobs and seed as they are now; None where there is none."""
        return (self.experiment, self.values, self.seed) if self.experiment else None

    @property
    def seed(self) -> int:
        """Where the run's random numbers start."""
        return next((int(row.value) for row in self.query(KnobRow) if row.knob is SEED), 0)

    def set_values(self, values: dict[str, Value]) -> None:
        """Turn knobs, by name; a value of an old run that a knob no longer takes turns nothing."""
        for row in self.query(KnobRow):
            if row.knob.name in values:
                with suppress(ValueError):
                    row.set_value(row.knob.check(values[row.knob.name]))
        self._offer_seed()

    @on(KnobRow.Turned)
    def _offer_seed(self) -> None:
        """The seed has a knob where it does something, as the others stand."""
        experiment = self.experiment
        if experiment is not None and experiment.random_with:
            for row in self.query(KnobRow):
                row.display = row.knob is not SEED or experiment.is_random(self.values)

    def open_with(self, opening: LiveRun) -> None:
        """Show this until there is a run."""
        self.opening = opening
        self.show(*self._shown)

    def tell(self, outcome: Content) -> None:
        """What the run has decided, for where the page's words are not in sight."""
        line = self.query_one("#outcome", Static)
        line.update(outcome)
        line.set_class(bool(outcome.plain), "-told")

    def show(
        self, run: LiveRun | None, before: LiveRun | None = None, *, now: bool = False
    ) -> None:
        """Paint what a run has shown so far; ``before`` is drawn as a ghost, unless told not to."""
        self._shown = run, before
        self.query_one(Console).show(run, now=now)
        if self.experiment is not None:
            if run is None and self.opening is None:
                self.query_one(PlotColumn).clear()
            self._show_pictures(self.experiment)
            self._show_source(self.experiment)
        self.query_one(RunStatus).show(run, now=now)

    def toggle_ghost(self) -> None:
        """Show the run before behind the curves, or no longer."""
        self._has_ghost = not self._has_ghost
        self.show(*self._shown, now=True)

    def on_resize(self) -> None:
        """The code may have come beside the pictures, or gone."""
        if self.experiment is not None:
            self._show_pictures(self.experiment)
            self._show_source(self.experiment)

    @property
    def has_run(self) -> bool:
        """Whether a run is shown, of now or of before."""
        return self._shown[0] is not None

    @on(PlotColumn.RowsChanged)
    def _share_rows(self) -> None:
        if self.experiment is not None:
            self._show_pictures(self.experiment)

    @on(KnobRow.Complained)
    def _knob_complained(self, message: KnobRow.Complained) -> None:
        self.query_one(RunStatus).say(message.text)

    @property
    def _is_wide(self) -> bool:
        """Whether the code has a place of its own beside the pictures."""
        return any(self.screen.has_class(name) for name in BESIDE)

    @property
    def _seen(self) -> LiveRun | None:
        """What there is to see: the run, or before it has anything what it starts from."""
        run, opening = self._shown[0], self.opening
        if run is None or not run.is_blank:
            return run or opening
        starts_so = opening is not None and (opening.knobs, opening.seed) == (run.knobs, run.seed)
        return opening if starts_so else None

    def _show_pictures(self, experiment: Experiment) -> None:
        (run, before), seen = self._shown, self._seen
        is_before = run is None or run is not seen
        contents: list[Sequence[AnyView | Curve] | None] = []
        for plot in experiment.plots:
            content = seen.content(plot, before if self._has_ghost else None) if seen else []
            is_code = bool(content) and all(isinstance(view, Code) for view in content)
            # Nothing yet, or what the panel beside it shows: its room is for something else.
            is_needed = not (is_code and self._is_wide) and (content or not is_before)
            contents.append(content if is_needed else None)
        column = self.query_one(PlotColumn)
        column.show(contents)
        is_blank = all(content is None for content in contents)
        is_held = run is not None and run.state is RunState.PAUSED
        # What a table does not need is for the code below it.
        rows = None if self._is_wide or (run and run.state.is_live and not is_held) else column.rows
        if not is_before and not self._has_room_below(rows):
            rows = None
        # A run that shows itself going through code has no other code below it.
        has_own_code = seen is not None and seen.code is not None
        self._make_room(is_blank, rows, "60%" if is_before and not has_own_code else "100%")
        # On the panel, not on the stage: a class makes the style of all that is inside anew.
        panel = self.query_one(SourcePanel)
        panel.set_class(is_before, "-before")
        panel.set_class(is_blank, "-blank")
        panel.set_class(rows is not None, "-short")
        panel.set_class(is_held, "-held")
        below = column.rows if is_held and rows is None and not self._is_wide else None
        panel.styles.max_height = None if below is None else self._held_code(below)

    def _spread_code(self) -> None:
        """Beside pictures that leave room, code takes what its longest line needs.

        While a run goes on it gives room back where pictures grow, and takes no more.
        """
        panel, bench = self.query_one(SourcePanel), self.query_one("#bench")
        room, run = bench.size.width, self._shown[0]
        has_own = panel.has_class("-blank") or panel.has_class("-own-code")
        columns = None
        if self._is_wide and not has_own and self._seen is not None:
            columns = self.query_one(PlotColumn).columns(room)
        of_run, before = self._spread
        if columns is not None and of_run is run:
            columns = max(columns, before)
        self._spread = run, columns or 0
        wide = None if columns is None else code_columns(columns, room, panel.natural_width)
        panel.styles.width = panel.styles.max_width = wide

    def _held_code(self, rows: int) -> int:
        """Rows of code below so many rows of pictures: the line at work is there in any case."""
        left = self.query_one("#bench").size.height - rows - 1
        return min(max(left, LEAST_HELD), MOST_HELD)

    def _has_room_below(self, rows: int | None) -> bool:
        """Whether code has room below so many rows of pictures, and nothing was printed there."""
        left = self.query_one("#bench").size.height - (rows or 0)
        return left > LEAST_CODE and not self.query_one(Console).display

    def _make_room(self, is_blank: bool, rows: int | None, most: str) -> None:
        """For the pictures: none, so many rows up to a part of all, or what there is."""
        pictures = self.query_one("#pictures")
        if (is_blank, rows, most) != self._room:
            self._room = is_blank, rows, most
            pictures.display = not is_blank
            pictures.styles.height = rows
            pictures.styles.max_height = None if rows is None else most

    def _show_source(self, experiment: Experiment) -> None:
        """The code that runs, or that a run goes through for all to see, and where it is."""
        run, seen = self._shown[0], self._seen
        code = seen.code if seen else None
        panel = self.query_one(SourcePanel)
        panel.set_class(code is not None, "-own-code")
        if code is not None:
            panel.show(code.source, at=code.line)
        elif run is None:
            panel.show(experiment.source, lit=turned_lines(experiment, self.values))
        else:
            *ran, at = run.lines or [0]
            panel.show(experiment.source, at=at, lit=ran)
        self._spread_code()
