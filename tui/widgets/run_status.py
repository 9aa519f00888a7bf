"""One row that says how the run is doing: state, progress, time left, speed."""

from __future__ import annotations

import time

from textual.content import Content
from textual.widget import Widget

from engine.plots.lettering import count
from tui.state.live_run import LiveRun, RunState
from tui.terminal.escape import escaped

REFRESH_SECONDS = 0.25
"""Numbers that change faster cannot be read, and cost bytes on the line."""

SIGNS = {
    RunState.WAITING: ("◌", "$warning"),
    RunState.RUNNING: ("●", "$primary"),
    RunState.PAUSED: ("‖", "$warning"),
    RunState.STOPPING: ("○", "$warning"),
    RunState.FINISHED: ("✓", "$success"),
    RunState.STOPPED: ("■", "$text-muted"),
    RunState.FAILED: ("✗", "$error"),
    RunState.UNAVAILABLE: ("○", "$text-muted"),
}


def duration(seconds: float) -> str:
    """ "3.2 s", "48 s", "2 min 05 s"."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 119.5:
        return f"{seconds:.0f} s"
    return f"{int(seconds + 0.5) // 60} min {int(seconds + 0.5) % 60:02} s"


class RunStatus(Widget):
    """Reads a `LiveRun`; repaints itself a few times a second while it is told to.

    One row; a failure, or a sentence, has as many as it needs, up to three.
    """

    DEFAULT_CSS = """
    RunStatus {
        height: 1; text-wrap: nowrap; text-overflow: ellipsis;
        &.-long { height: auto; max-height: 3; text-wrap: wrap; }
    }
    """

    def __init__(self, idle: str = "Press r to run.") -> None:
        """``idle`` is said while there is no run."""
        super().__init__(id="run-status")
        self._idle = idle
        self._run: LiveRun | None = None
        self._note = ""
        self._next = 0.0

    def show(self, run: LiveRun | None, *, now: bool = False) -> None:
        """Follow this run; ``now`` repaints even if the last time was a moment ago."""
        moment = time.monotonic()
        changed = run is not self._run
        self._run = run
        if changed or now or moment >= self._next:
            self._next = moment + REFRESH_SECONDS
            self._note = ""
            self._paint()

    def say(self, note: str) -> None:
        """Show a sentence instead, until the run has something new to say."""
        self._note = note
        self._paint()

    def on_resize(self) -> None:
        """Other words fit into a row."""
        self._paint()

    def _paint(self) -> None:
        is_sentence = bool(self._note) or (self._run and self._run.state is RunState.FAILED)
        room = self.content_size.width
        is_long = bool(is_sentence and room and self.render().cell_length > room)
        self.set_class(is_long, "-long")
        self.refresh(layout=is_long)

    def render(self) -> Content:
        """The row."""
        if self._note:
            return Content.styled(self._note, "$warning")
        if self._run is None:
            return Content.styled(self._idle, "$text-muted")
        sign, ink = SIGNS[self._run.state]
        state, parts = f"{sign} {self._run.state.value}", self._parts(self._run)
        room = self.content_size.width - len(state)
        # A part that has no room is left out whole, the least of them first.
        while len(parts) > 1 and sum(len(part) + 2 for part in parts) > room:
            parts.pop()
        return Content.assemble((state, ink), ("  ".join(["", *parts]), "$text-muted"))

    def _parts(self, run: LiveRun) -> list[str]:
        if run.state is RunState.FAILED:
            return [escaped(" ".join(run.failure.split("\n")))]
        parts = []
        if run.progress and (run.state is not RunState.FINISHED or run.progress.done):
            done, total = run.progress.done, run.progress.total
            if run.state.is_live:
                parts.append(bar(done / total if total else 1.0, min(16, self.size.width // 6)))
            if run.state is not RunState.FINISHED or done >= total:
                parts.append(f"{run.progress.unit} {done:g}/{total:g}")
        left = run.seconds_left
        if left is not None:
            parts.append(f"{duration(left)} left")
        elif not run.state.is_live and run.seconds:
            parts.append(f"in {duration(run.seconds)}")
        if run.steps > 1 and run.running_seconds > 0.2 and run.steps_per_second >= 1:
            parts.append(f"{count(round(run.steps_per_second))} steps/s")
        return parts


def bar(part: float, width: int) -> str:
    """A bar of ``width`` cells, filled up to ``part`` (0 to 1)."""
    full = round(max(0.0, min(1.0, part)) * width)
    return "━" * full + "─" * (width - full)
