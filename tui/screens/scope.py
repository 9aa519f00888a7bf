"""The microscope: code line by line, its names, its gradients, and the optimizer's step."""

from __future__ import annotations

from random import randrange
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from engine.plots import Options
from engine.process.protocol import AnyEvent, Check, Script
from engine.process.stops import Stop, Walking, WhatIf
from tui.screens.ask import NameScreen
from tui.screens.run_screen import RunScreen
from tui.state.engine_runs import Runs
from tui.state.live_run import RunState
from tui.state.loop_steps import STEPS, loop_steps
from tui.state.scope_run import ScopeRun
from tui.state.what_if import Futures, fault, suggested, with_another
from tui.widgets.head import Head
from tui.widgets.key_bar import KeyBar
from tui.widgets.plot import PlotView
from tui.widgets.run_status import RunStatus
from tui.widgets.source_panel import SourcePanel
from tui.widgets.stop_view import StopView

MOST_SEEDS = 2**31


class ScopeScreen(RunScreen[ScopeRun]):
    """Holds the run before each line; goes back through its stops without asking it."""

    CSS_PATH = "scope.tcss"
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "walk('line')", "Line", id="scope-line"),
        Binding("o", "walk('pass')", "Pass", id="scope-pass"),
        Binding("b", "walk('backward')", "Backward", id="scope-backward"),
        Binding("space", "run_on", "Run on", id="scope-on"),
        Binding("w", "what_if", "What if", id="scope-what-if"),
        Binding("c", "sources", "From what", id="scope-sources"),
        Binding("left", "go(-1)", "Back", key_display="←", id="scope-back"),
        Binding("right", "go(1)", "Forward", key_display="→", id="scope-forward"),
        Binding("up", "scroll(-3)", "Up", show=False, id="scope-up"),
        Binding("down", "scroll(3)", "Down", show=False, id="scope-down"),
        Binding("x", "stop", "Stop", id="stop"),
        Binding("r", "run", "Anew", id="run"),
        Binding("escape,m", "leave", "Leave", key_display="m", id="leave"),
    ]

    def __init__(self, runs: Runs, job: Check | Script, title: str, seed: int = 0) -> None:
        super().__init__(runs)
        self._job, self._title = job, title
        # A check draws its inputs anew each time, unless it has a seed.
        self._seed = seed or (randrange(1, MOST_SEEDS) if isinstance(job, Check) else 0)
        self._futures: Futures | None = None

    def compose_page(self) -> ComposeResult:
        yield Head(("code",))
        with Horizontal(id="scope-sides"):
            yield SourcePanel()
            with Vertical(id="scope-right"):
                yield StopView()
                yield PlotView(Options(y_log=True, x_label="step", title="loss"), id="futures")
        yield RunStatus("The microscope holds the run before each line.")
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the source; the run begins."""
        self.start_run()

    def start_run(self, *, paused: bool = False) -> None:
        """From the first line."""
        del paused  # it always waits
        self.cut_short()
        self._futures = None
        self.run = self._started([])
        self.paint_now()

    def _started(self, asked: list[WhatIf]) -> ScopeRun:
        wishes = {"seed": self._seed, "scope": True, "what_if": asked}
        return ScopeRun(self.runs.start(self, self._job, **wishes), asked)

    def cut_short(self) -> None:
        """End what runs, the run left as it was too."""
        super().cut_short()
        if self._futures is not None:
            self.runs.stop(self._futures.first)

    def other_event(self, event: AnyEvent) -> None:
        """The run that was left as it was goes on beside the other."""
        if self._futures is not None and event.run_id == self._futures.first.run_id:
            self._futures.first.hear(event)
            self._painter.soon()

    def event_received(self, _event: AnyEvent) -> None:
        """Keys follow the stops; they are painted with them."""
        self._painter.soon()
        self.refresh_bindings()

    def paint(self, *, now: bool = False) -> None:
        """The stop that is looked at."""
        run = self.run
        stop = run.shown if run is not None else None
        running = run is not None and not run.is_held and run.state.is_live
        stale = running and run is not None and not run.is_past
        self.set_class(stale, "-stale")
        code, at = self._job.code, stop.line if stop else 0
        self.query_one(SourcePanel).show(code, at=at, numbers=loop_steps(code))
        self.query_one(StopView).show(stop)
        self._show_futures()
        self.query_one(Head).show("Microscope", self._title, self._place(stop))
        self.query_one(RunStatus).show(run, now=now)
        if stop is not None:
            self.say(self._words())

    def _show_futures(self) -> None:
        curves = self._futures.curves if self._futures is not None else []
        view = self.query_one("#futures", PlotView)
        view.display = bool(curves)
        view.show(curves)

    def _place(self, stop: Stop | None) -> str:
        if stop is None:
            return ""
        inside = f" in {stop.function}" if stop.function else ""
        return f"line {stop.line}{inside}, stop {stop.number}"

    def _words(self) -> str:
        run = self.run
        assert run is not None
        if run.is_past:
            return "You look back: the run has gone on from here."
        if run.is_held:
            step = loop_steps(self._job.code).get(run.stops[-1].line)
            what = f"Before step {step}: {STEPS[step]}." if step else "Before this line."
            return f"{what} ● changed since the last stop."
        if run.state.is_live:
            return "Running: this is the last stop that was recorded."
        explained = run.explained
        if run.state is RunState.FAILED and explained is not None:
            return f"{explained.title}: {explained.says}"
        if run.failed is not None:
            return f"{run.failed.title}: {run.failed.message}"
        if run.passed:
            return "Every check was passed. The last stop that was recorded."
        if self._futures is not None and (words := self._futures.words):
            return words
        last = run.failure or f"The run is {run.state.value}"
        return f"{last.rstrip('.')}. The last stop that was recorded."

    # Keys

    def action_walk(self, to: Walking) -> None:
        """On from where the run is, not from where one looks."""
        run = self.run
        if run is None or not run.is_held:
            return
        run.walks()
        self.runs.engine.walk(run.run_id, to)
        if to != "line":
            self.paint_now()

    def action_run_on(self) -> None:
        """Run on; while it runs, hold it at its next line."""
        run = self.run
        if run is None or not run.state.is_live:
            return
        to: Walking = "end" if run.is_held else "line"
        run.walks()
        self.runs.engine.walk(run.run_id, to)
        self.paint_now()

    @work
    async def action_what_if(self) -> None:
        """Change something at the stop that is looked at: the run is done over up to there."""
        run, stop = self.run, self.run.to_change if self.run is not None else None
        if run is None or stop is None:
            return
        question = f"What if? Python that runs before line {stop.line}; the run is done over."
        written, said = suggested(stop), ""
        while True:
            screen = NameScreen(f"{said} {question}".strip(), written, replaces=not said)
            answer = await self.app.push_screen_wait(screen)
            if answer is None or run is not self.run:
                return
            written, said = answer, fault(answer)
            if not said:
                break
        self._go_another_way(run, stop, written)

    def _go_another_way(self, first: ScopeRun, stop: Stop, code: str) -> None:
        if self._futures is not None:
            # A change that raised is forgotten, and its run with it.
            over, first = (
                (first, self._futures.first) if first.slipped else (self._futures.first, first)
            )
            self.runs.stop(over)
        if first.is_held:
            first.walks()
            self.runs.engine.walk(first.run_id, "end")
        self.run = self._started(with_another(first.asked, stop, code))
        self._futures = Futures(first, self.run)
        self.query_one("#futures", PlotView).clear()
        self.paint_now()

    def action_go(self, by: int) -> None:
        """Back through what was recorded, and forward."""
        if self.run is not None:
            self.run.go(by)
            self.paint_now()

    def action_sources(self) -> None:
        """What each name was computed from, or no longer."""
        self.query_one(StopView).toggle_sources()

    def action_scroll(self, by: int) -> None:
        """More of what is to be seen at the stop."""
        self.query_one(StopView).scroll_relative(y=by, animate=False)

    def action_leave(self) -> None:
        """Back to where one came from; the run ends."""
        self.cut_short()
        self.dismiss()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The key bar shows what does something now."""
        run = self.run
        if action == "walk":
            return run is not None and run.is_held
        if action == "what_if":
            return run is not None and run.to_change is not None
        if action == "run_on":
            return self.is_live
        if action == "go":
            return run is not None and (run.can_go_back if parameters == (-1,) else run.is_past)
        return super().check_action(action, parameters)
